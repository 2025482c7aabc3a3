// A child process is killed at random moments; whatever it had acknowledged must be there, and going on must end as if nothing had been.
// MOTE_KILL_ROUNDS sets how many moments (10 unless told), MOTE_KILL_SEED which ones.
#include "store/records.hpp"

#include "support.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <set>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace mote::store;
using namespace mote::store::test;
using mote::base::Random;

constexpr std::size_t file_count = 300, batch_files = 7;

std::uint64_t setting(const char* name, std::uint64_t usual) {
    const char* text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : usual;
}

/// Runs `body` in a child that is killed `seconds` after it wrote so many `lines` to its pipe; returns all lines that it had written by
/// then. Counting lines first puts the moment inside the work however busy the machine is.
std::vector<std::string> killed_after(std::uint64_t lines, double seconds, const std::function<void(int)>& body) {
    int ends[2];
    if (::pipe(ends) != 0) return {};
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::close(ends[0]);
        try {
            body(ends[1]);
        } catch (...) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string text;
    char chunk[4096];
    const auto read_more = [&] {
        const ssize_t n = ::read(ends[0], chunk, sizeof chunk);
        if (n > 0) text.append(chunk, static_cast<std::size_t>(n));
        return n > 0;
    };
    while (static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) < lines && read_more()) {
    }
    ::usleep(static_cast<useconds_t>(seconds * 1e6));
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    while (read_more()) {
    }
    ::close(ends[0]);
    std::vector<std::string> written = mote::base::split(text, '\n');
    written.pop_back();  // behind the last newline: nothing, or half a line
    return written;
}

void say(int pipe, std::string line) {
    line += '\n';
    (void)!::write(pipe, line.data(), line.size());
}

IngestOptions small_batches() {
    IngestOptions options;
    options.batch_files = batch_files;
    return options;
}

struct Kills : Fixture {
    Random random{setting("MOTE_KILL_SEED", 1)};
    std::uint64_t rounds = setting("MOTE_KILL_ROUNDS", 10);

    void check(const Store& store) {
        const CheckReport report = store.check();
        EXPECT_TRUE(report.problems.empty()) << report.problems.at(0);
    }
};

TEST_F(Kills, NoAcknowledgedSampleIsLostWhileIngesting) {
    write_words(data, file_count, 300);
    std::string whole;
    double seconds = 0;
    {
        Store store = Store::open(folder.path() / "whole/.mote");
        const auto start = std::chrono::steady_clock::now();
        take_in(store, {data}, small_batches());
        seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        whole = store.snapshot().hash;
    }
    std::size_t cut_short = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const std::uint64_t lines = random.below(file_count);
        const double delay = random.uniform(0, 2 * seconds * batch_files / file_count);
        SCOPED_TRACE("round " + std::to_string(round) + ", killed " + std::to_string(delay) + " s after line " + std::to_string(lines));
        const fs::path place = folder.path() / ("round" + std::to_string(round)) / ".mote";
        const auto acknowledged = killed_after(lines, delay, [&](int pipe) {
            Store store = Store::open(place);
            take_in(store, {data}, small_batches(), [&](std::span<const std::string> names) {
                std::string lines;
                for (const std::string& name : names) lines += (lines.empty() ? "" : "\n") + name;
                if (!names.empty()) say(pipe, lines);
            });
        });
        cut_short += acknowledged.size() < file_count ? 1 : 0;
        Store store = Store::open(place);
        check(store);
        std::map<std::string, Sample> stored;
        for (Sample& sample : store.samples()) stored.emplace(sample.name, sample);
        for (const std::string& name : acknowledged) {
            ASSERT_TRUE(stored.count(name)) << name << " was acknowledged and is lost";
            const auto seed = std::stoull(name.substr(name.find("clip") + 4)) - 1000;
            EXPECT_EQ(std::get<std::vector<std::int16_t>>(store.read(stored.at(name)).values), noise(seed, 300)) << name;
        }
        const IngestReport rest = take_in(store, {data}, small_batches());
        EXPECT_EQ(rest.unchanged + rest.added, file_count);
        EXPECT_GE(rest.unchanged, acknowledged.size());
        EXPECT_EQ(store.snapshot().hash, whole);
        check(store);
    }
    EXPECT_GT(cut_short, rounds / 2) << "hardly a round was interrupted: the test does not test";
}

TEST_F(Kills, NoAcknowledgedEpochIsLostWhileTraining) {
    write_words(data, 6);
    std::string id;
    {
        Store store = Store::open(dot);
        take_in(store, {data});
        RunRecipe recipe;
        recipe.snapshot = store.snapshot().hash;
        recipe.pipeline = put_pipeline(store, {{"learner", "dense"}});
        recipe.code = "1";
        id = open_run(store, recipe).id;
    }
    std::size_t acknowledged = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const auto written = killed_after(random.below(30), random.uniform(0, 0.01), [&](int pipe) {
            Store store = Store::open(dot);
            RunClaim claim(store, id);
            for (int epoch = static_cast<int>(epochs(store, id).size());; ++epoch) {
                claim.epoch(epoch, {{"epoch", epoch}});
                say(pipe, std::to_string(epoch + 1));
            }
        });
        if (!written.empty()) acknowledged = std::stoull(written.back());
        Store store = Store::open(dot);
        check(store);
        EXPECT_GE(epochs(store, id).size(), acknowledged);
        EXPECT_FALSE(is_claimed(store, id));
    }
    EXPECT_GT(acknowledged, 0u);
    Store store = Store::open(dot);
    RunClaim(store, id).done({{"accuracy", 1}});
    EXPECT_EQ(find_run(store, id).state, RunState::done);
}

TEST_F(Kills, AFullDiskLosesNothingAndIngestGoesOnAfterwards) {
    write_words(data, 60, 2000);
    std::string whole;
    {
        Store store = Store::open(folder.path() / "whole/.mote");
        take_in(store, {data}, small_batches());
        whole = store.snapshot().hash;
    }
    Store::open(dot);
    std::size_t failures = 0;
    // The limit on the size of files fails a write just as a full disk does, at another place each time.
    for (const rlim_t limit : {rlim_t{20000}, rlim_t{60000}, rlim_t{100000}, rlim_t{140000}, rlim_t{180000}}) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::signal(SIGXFSZ, SIG_IGN);
            const rlimit bound{limit, limit};
            ::setrlimit(RLIMIT_FSIZE, &bound);
            try {
                Store store = Store::open(dot);
                take_in(store, {data}, small_batches());
            } catch (const mote::base::Error& error) {
                ::_exit(error.code() == "tool_failed" ? 3 : 4);
            }
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(pid, &status, 0);
        ASSERT_TRUE(WIFEXITED(status));
        EXPECT_TRUE(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3) << WEXITSTATUS(status);
        failures += WEXITSTATUS(status) == 3 ? 1 : 0;
        Store store = Store::open(dot);
        check(store);
    }
    EXPECT_GT(failures, 1u);
    Store store = Store::open(dot);
    take_in(store, {data}, small_batches());
    EXPECT_EQ(store.snapshot().hash, whole);
}

}  // namespace
