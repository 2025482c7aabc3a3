// Lines of numbers: recordings as CSV, and sensors that print a reading a line over a serial port.
#include "source.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace runner {

namespace {

/// A heading, a remark and what was cut in transit have none.
bool has_number(const std::vector<float>& cells) {
    for (const float cell : cells)
        if (std::isfinite(cell)) return true;
    return false;
}

std::string values_text(std::size_t n) { return std::to_string(n) + (n == 1 ? " value" : " values"); }

/// What both kinds of line become. A line of another count of numbers is passed over: a serial line that was cut, a remark.
class LineSource : public Source {
  public:
    LineSource(const SourceOptions& options, const Facts& facts, int flags)
        : name_(options.device == "-" ? "standard input" : options.device),
          channels_(facts.channels),
          file_(options.device, flags),
          lines_(file_) {}

  protected:
    std::string name_;
    std::size_t channels_;
    File file_;
    Lines lines_;
};

class CsvSource final : public LineSource {
  public:
    CsvSource(const SourceOptions& options, const Facts& facts) : LineSource(options, facts, 0), names_(facts.channel_names) {}
    bool is_live() const override { return false; }

    Got read(std::vector<float>& values) override {
        std::string line;
        for (int i = 0; i < 256; ++i) {
            const Lines::Got got = lines_.next(line);
            if (got == Lines::Got::end) return values.empty() ? Got::end : Got::frames;
            if (got == Lines::Got::nothing) return values.empty() ? Got::nothing : Got::frames;
            ++row_;
            if (line.empty()) continue;
            std::vector<float> cells = split_numbers(line);
            if (row_ == 1 && !has_number(cells)) {
                read_heading(line);
                continue;
            }
            if (!columns_.empty()) {
                add_named(cells, values);
                continue;
            }
            if (cells.size() != channels_ + skipped_)
                throw Failure(name_ + ", row " + std::to_string(row_) + ": " + values_text(cells.size()) + ", not " +
                              values_text(channels_ + skipped_) + " (the model's channels" + (skipped_ ? " behind the time)" : ")"));
            values.insert(values.end(), cells.begin() + static_cast<std::ptrdiff_t>(skipped_), cells.end());
        }
        return Got::frames;
    }

  private:
    /// A heading that names all of the model's channels says where they stand, whatever stands between them.
    void read_heading(const std::string& line) {
        std::vector<std::string> heads(1);
        for (const char c : line)
            if (c == ',' || c == ';' || c == '\t')
                heads.emplace_back();
            else if (c != '"' && c != ' ')
                heads.back().push_back(c);
        for (const std::string& name : names_) {
            const auto found = std::find(heads.begin(), heads.end(), name);
            if (found == heads.end()) break;
            columns_.push_back(static_cast<std::size_t>(found - heads.begin()));
        }
        if (columns_.size() != channels_) columns_.clear();
        width_ = heads.size(), skipped_ = line.compare(0, 4, "time") == 0 ? 1 : 0;
    }

    void add_named(const std::vector<float>& cells, std::vector<float>& values) const {
        if (cells.size() != width_)
            throw Failure(name_ + ", row " + std::to_string(row_) + ": " + values_text(cells.size()) + ", not the " +
                          std::to_string(width_) + " of the heading");
        for (const std::size_t column : columns_) values.push_back(cells[column]);
    }

    std::vector<std::string> names_;
    std::vector<std::size_t> columns_;  ///< of the model's channels, where the heading names them
    std::size_t row_ = 0, skipped_ = 0, width_ = 0;
};

class SerialSource final : public LineSource {
  public:
    SerialSource(const SourceOptions& options, const Facts& facts) : LineSource(options, facts, O_NOCTTY | O_NONBLOCK) {
        if (!::isatty(file_.get())) throw Failure(name_ + " is no serial port; for a file there is --csv");
        termios settings;
        if (::tcgetattr(file_.get(), &settings) != 0) fail();
        ::cfmakeraw(&settings);
        settings.c_cflag |= CLOCAL | CREAD;
        const speed_t speed = speed_of(options.baud);
        if (::cfsetispeed(&settings, speed) != 0 || ::cfsetospeed(&settings, speed) != 0) fail();
        if (::tcsetattr(file_.get(), TCSANOW, &settings) != 0) fail();
    }
    bool is_live() const override { return true; }

    Got read(std::vector<float>& values) override {
        std::string line;
        for (;;) {
            const Lines::Got got = lines_.next(line);
            if (got == Lines::Got::end) return values.empty() ? Got::end : Got::frames;
            if (got == Lines::Got::nothing) return values.empty() ? Got::nothing : Got::frames;
            // What came before the port was set up may have two ends a line.
            if (line.empty()) continue;
            const std::vector<float> cells = split_numbers(line);
            if (cells.size() == channels_ && has_number(cells)) {
                values.insert(values.end(), cells.begin(), cells.end());
                wrong_in_a_row_ = 0;
                return Got::frames;
            }
            if (++wrong_in_a_row_ == 20)
                throw Failure(name_ + ": 20 lines in a row without " + values_text(channels_) + ", the last \"" + line.substr(0, 60) +
                              "\": print one reading a line, its channels in the model's order; --baud sets the speed");
        }
    }

  private:
    [[noreturn]] void fail() const { throw Failure(name_ + ": " + std::strerror(errno)); }

    static speed_t speed_of(unsigned baud) {
        static const struct {
            unsigned baud;
            speed_t speed;
        } speeds[] = {{9600, B9600},     {19200, B19200},   {38400, B38400},   {57600, B57600},    {115200, B115200},
                      {230400, B230400}, {460800, B460800}, {921600, B921600}, {1000000, B1000000}};
        for (const auto& known : speeds)
            if (known.baud == baud) return known.speed;
        throw Failure("no serial port of this program runs at " + std::to_string(baud) +
                      " baud: 9600, 19200, 38400, 57600, 115200, 230400, " + "460800, 921600 or 1000000");
    }
    unsigned wrong_in_a_row_ = 0;
};

}  // namespace

std::unique_ptr<Source> open_csv(const SourceOptions& options, const Facts& facts) {
    return std::unique_ptr<Source>(new CsvSource(options, facts));
}

std::unique_ptr<Source> open_serial(const SourceOptions& options, const Facts& facts) {
    return std::unique_ptr<Source>(new SerialSource(options, facts));
}

}  // namespace runner
