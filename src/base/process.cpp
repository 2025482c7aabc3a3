#include "base/process.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

extern char** environ;

namespace mote::base {

namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
    int ends[2] = {-1, -1};
    Pipe() {
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw Error("tool_failed", std::string("cannot make a pipe: ") + std::strerror(errno), "close some programs");
    }
    ~Pipe() { close_read(), close_write(); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void close_read() { close_end(0); }
    void close_write() { close_end(1); }

  private:
    void close_end(int i) {
        if (ends[i] >= 0) ::close(ends[i]);
        ends[i] = -1;
    }
};

class SpawnSetup {
  public:
    SpawnSetup() {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        // A group of its own: Ctrl-C reaches us alone, and a kill reaches the children's children too.
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnSetup() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnSetup(const SpawnSetup&) = delete;
    SpawnSetup& operator=(const SpawnSetup&) = delete;
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
};

pid_t start(const std::vector<std::string>& command, const ProcessOptions& options, const Pipe& out, const Pipe& err) {
    SpawnSetup setup;
    posix_spawn_file_actions_addopen(&setup.actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&setup.actions, out.ends[1], 1);
    posix_spawn_file_actions_adddup2(&setup.actions, err.ends[1], 2);
    if (!options.working_folder.empty()) posix_spawn_file_actions_addchdir_np(&setup.actions, options.working_folder.c_str());
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const int failure = posix_spawnp(&pid, arguments[0], &setup.actions, &setup.attributes, arguments.data(), environ);
    if (failure == ENOENT)
        throw Error("not_found", "there is no program '" + command[0] + "' here", "install it; ./dev setup lists the packages");
    if (failure != 0) throw Error("tool_failed", "cannot start '" + command[0] + "': " + std::strerror(failure), "check its permissions");
    return pid;
}

/// Reads what is there; closes the pipe at its end.
void drain(Pipe& pipe, std::string& text, std::uint64_t limit) {
    char chunk[1 << 16];
    const ssize_t n = ::read(pipe.ends[0], chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) return;
    if (n <= 0) return pipe.close_read();
    if (text.size() < limit) text.append(chunk, static_cast<std::size_t>(n));
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
    Pipe out, err;
    const pid_t pid = start(command, options, out, err);
    out.close_write();
    err.close_write();
    ProcessResult result;
    bool cancelled = false;
    const auto started = Clock::now();
    while (out.ends[0] >= 0 || err.ends[0] >= 0) {
        pollfd watched[2] = {{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}};
        const int ready = ::poll(watched, 2, 100);
        if (ready > 0 && watched[0].revents) drain(out, result.output, options.output_limit_bytes);
        if (ready > 0 && watched[1].revents) drain(err, result.error_output, options.output_limit_bytes);
        cancelled = options.cancel && options.cancel->requested();
        result.timed_out = options.timeout_s > 0 && std::chrono::duration<double>(Clock::now() - started).count() > options.timeout_s;
        if (cancelled || result.timed_out) {
            ::kill(-pid, SIGKILL);
            break;
        }
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (cancelled) options.cancel->check();
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

std::optional<std::filesystem::path> find_program(std::string_view name) {
    const char* path = std::getenv("PATH");
    for (const auto& folder : split(path ? path : "/usr/bin:/bin", ':')) {
        const std::filesystem::path candidate = std::filesystem::path(folder) / name;
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return std::nullopt;
}

}  // namespace mote::base
