#include "source.hpp"

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace runner {

namespace {

constexpr std::size_t line_limit = 65536;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_comma(char c) { return c == ',' || c == ';'; }

float number_of(const std::string& cell) {
    char* rest = nullptr;
    const double value = std::strtod(cell.c_str(), &rest);
    return cell.empty() || *rest != '\0' ? std::nanf("") : static_cast<float>(value);
}

}  // namespace

File::File(const std::string& path, int flags) : path_(path), descriptor_(path == "-" ? 0 : ::open(path.c_str(), flags | O_CLOEXEC)) {
    if (descriptor_ < 0) throw Failure(path + ": " + std::strerror(errno));
}

File::~File() {
    if (descriptor_ > 0) ::close(descriptor_);
}

bool File::has_bytes() const {
    pollfd file = {descriptor_, POLLIN, 0};
    return ::poll(&file, 1, 100) > 0;
}

long File::read(char* bytes, std::size_t count) const {
    const ssize_t got = ::read(descriptor_, bytes, count);
    if (got >= 0) return got;
    if (errno == EINTR || errno == EAGAIN) return -1;
    // The other end of a pseudo-terminal is gone, or a serial adapter was pulled out.
    if (errno == EIO) return 0;
    throw Failure(path_ + ": " + std::strerror(errno));
}

std::vector<float> split_numbers(const std::string& line) {
    std::vector<float> values;
    std::size_t at = 0;
    for (;;) {
        while (at < line.size() && is_blank(line[at])) ++at;
        if (at == line.size() && (values.empty() || !is_comma(line[line.find_last_not_of(" \t")]))) return values;
        std::size_t end = at;
        while (end < line.size() && !is_blank(line[end]) && !is_comma(line[end])) ++end;
        values.push_back(number_of(line.substr(at, end - at)));
        while (end < line.size() && is_blank(line[end])) ++end;
        if (end == line.size()) return values;
        at = is_comma(line[end]) ? end + 1 : end;
    }
}

Lines::Got Lines::next(std::string& line) {
    for (;;) {
        const std::size_t end = pending_.find('\n');
        if (end != std::string::npos || pending_.size() > line_limit || (is_over_ && !pending_.empty())) {
            line = pending_.substr(0, end);
            pending_.erase(0, end == std::string::npos ? pending_.size() : end + 1);
            if (!line.empty() && line[line.size() - 1] == '\r') line.erase(line.size() - 1);
            return Got::line;
        }
        if (is_over_) return Got::end;
        if (!file_.has_bytes()) return Got::nothing;
        char bytes[16384];
        const long count = file_.read(bytes, sizeof bytes);
        if (count < 0) return Got::nothing;
        if (count == 0) is_over_ = true;
        pending_.append(bytes, static_cast<std::size_t>(count));
    }
}

}  // namespace runner
