#include "cli/progress.hpp"

#include "base/text.hpp"

#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

namespace mote::cli {

namespace {
// Often enough to look alive on a terminal; rare enough that a log stays readable.
constexpr std::chrono::milliseconds redraw_every{100};
constexpr std::chrono::seconds line_every{10};
constexpr std::chrono::milliseconds at_once{5};

std::size_t terminal_columns() {
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80u;
}
}  // namespace

TerminalProgress::TerminalProgress() : is_terminal_(isatty(STDERR_FILENO) == 1) {}

TerminalProgress::~TerminalProgress() { TerminalProgress::end(); }

void TerminalProgress::begin(std::string_view stage, std::uint64_t total) {
    const std::lock_guard guard(lock_);
    clear();
    stage_ = std::string(stage), note_.clear(), total_ = total, done_ = 0, done_before_ = 0, is_open_ = true;
    started_ = drawn_ = Clock::now();
    if (is_terminal_) draw(started_);
}

void TerminalProgress::advance(std::uint64_t done, std::string_view note) {
    const std::lock_guard guard(lock_);
    const auto now = Clock::now();
    // What is done as soon as a stage begins, an earlier process did: a resumed training.
    if (done_ == 0 && now - started_ < at_once) done_before_ = done, started_ = now;
    done_ = done;
    if (!note.empty()) note_ = std::string(note);
    if (is_open_ && now - drawn_ >= (is_terminal_ ? std::chrono::nanoseconds(redraw_every) : std::chrono::nanoseconds(line_every)))
        draw(now);
}

void TerminalProgress::say(std::string_view line) {
    const std::lock_guard guard(lock_);
    clear();
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

void TerminalProgress::end() {
    const std::lock_guard guard(lock_);
    clear();
    is_open_ = false;
}

void TerminalProgress::draw(Clock::time_point now) {
    drawn_ = now;
    const double seconds = std::chrono::duration<double>(now - started_).count();
    std::string line = stage_;
    if (total_ > 0) {
        line += " " + std::to_string(done_) + "/" + std::to_string(total_);
        if (done_ > done_before_ && done_ < total_ && seconds > 1)
            line += ", " + base::human_seconds(seconds / static_cast<double>(done_ - done_before_) * static_cast<double>(total_ - done_)) +
                    " left";
    } else if (done_ > 0) {
        line += " " + std::to_string(done_);
    }
    if (!note_.empty()) line += "  " + note_;
    if (!is_terminal_) {
        std::fprintf(stderr, "%s\n", line.c_str());
        return;
    }
    line.resize(std::min(line.size(), terminal_columns() - 1));
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
    std::fflush(stderr);
    is_drawn_ = true;
}

void TerminalProgress::clear() {
    if (is_drawn_) std::fprintf(stderr, "\r\033[K");
    is_drawn_ = false;
}

}  // namespace mote::cli
