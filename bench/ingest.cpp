// How fast files come into a store: many small ones made durable, then the same again. Prints JSON; exits 1 when a floor is missed.
#include "store/ingest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

namespace fs = std::filesystem;
using namespace mote;

constexpr double first_s_max = 5;
constexpr double again_s_max = 0.5;

/// A second of a 3-axis accelerometer at 50 Hz with time stamps, as a recorder writes it.
std::string recording(base::Random random) {
    std::string text = "timestamp,accX,accY,accZ\n";
    for (int row = 0; row < 50; ++row) {
        text += std::to_string(row * 20);
        for (int axis = 0; axis < 3; ++axis) text += "," + base::exact(static_cast<float>(random.normal()));
        text += '\n';
    }
    return text;
}

int run(std::size_t files) {
    const base::TemporaryFolder folder("mote-bench");
    const fs::path data = folder.path() / "data";
    const base::Random random(1);
    base::parallel_for(files, [&](std::size_t i) {
        base::write_file(data / ("class" + std::to_string(i % 5)) / (std::to_string(i) + ".csv"), recording(random.fork("file", i)));
    });
    store::Store store = store::Store::open(folder.path() / "project/.mote");
    base::Progress progress;
    const base::Cancel cancel;
    const fs::path paths[] = {data};
    const store::IngestReport first = store::ingest(store, paths, {}, progress, cancel);
    const store::IngestReport again = store::ingest(store, paths, {}, progress, cancel);
    const bool right = first.added == files && first.bad.empty() && again.unchanged == files && store.check().problems.empty();
    const bool fast = first.seconds <= first_s_max && again.seconds <= again_s_max;
    const base::Json json = {{"bench", "ingest"},
                             {"files", files},
                             {"threads", base::thread_count()},
                             {"durable_s", first.seconds},
                             {"durable_s_max", first_s_max},
                             {"again_s", again.seconds},
                             {"again_s_max", again_s_max},
                             {"answer_is_right", right}};
    std::puts(json.dump(2).c_str());
    return right && fast ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10000);
    } catch (const mote::base::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
