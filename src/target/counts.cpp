#include "target/counts.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <charconv>

namespace mote::target {
namespace {

using base::Error;

/// The words of one line, read one after the other.
class Line {
  public:
    Line(std::string_view text, std::size_t number) : words_(base::split(text, ' ')), number_(number) {}

    std::string word() {
        if (next_ >= words_.size()) fail();
        return words_[next_++];
    }
    std::uint64_t number() {
        const std::string text = word();
        const bool is_hex = text.rfind("0x", 0) == 0;
        const char* begin = text.data() + (is_hex ? 2 : 0);
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value, is_hex ? 16 : 10);
        if (error != std::errc() || end != text.data() + text.size()) fail();
        return value;
    }
    unsigned region() {
        const std::uint64_t value = number();
        if (value > 65535) fail();
        return static_cast<unsigned>(value);
    }
    void done() const {
        if (next_ != words_.size()) fail();
    }
    [[noreturn]] void fail() const {
        throw Error("tool_failed", "the counting plugin's output is damaged at line " + std::to_string(number_), "run again");
    }

  private:
    std::vector<std::string> words_;
    std::size_t number_, next_ = 0;
};

// Reads one record; false at the end record.
bool read_record(Line& line, Counts& counts) {
    const std::string kind = line.word();
    if (kind == "end") {
        line.done();
        return false;
    }
    if (kind == "total") {
        counts.total = line.number();
    } else if (kind == "stack") {
        counts.stack_lowest = line.number();
    } else if (kind == "visit") {
        const unsigned region = line.region();
        counts.visits.push_back({region, line.number()});
    } else if (kind == "block") {
        auto& blocks = counts.regions[line.region()].blocks;
        BlockCount b;
        b.begin = line.number(), b.end = line.number(), b.executions = line.number(), b.instructions = line.number();
        if (b.end <= b.begin || b.end - b.begin > 1 << 16) line.fail();
        blocks.push_back(b);
    } else if (kind == "edge") {
        auto& edges = counts.regions[line.region()].edges;
        EdgeCount e;
        e.from = line.number(), e.to = line.number(), e.times = line.number();
        edges.push_back(e);
    } else if (kind == "cache") {
        CacheCount& c = counts.regions[line.region()].cache;
        c.code_misses = line.number(), c.sequential_misses = line.number(), c.hidden_cycles = line.number();
        c.data_reads = line.number(), c.data_misses = line.number(), c.data_repeats = line.number();
    } else if (kind == "violation") {
        Violation v;
        v.kind = line.word();
        v.program_counter = line.number(), v.address = line.number(), v.size_bytes = line.number();
        counts.violation = v;
    } else {
        line.fail();
    }
    line.done();
    return true;
}

}  // namespace

Counts parse_counts(std::string_view text) {
    Counts counts;
    std::size_t number = 0;
    while (!text.empty()) {
        const auto newline = text.find('\n');
        if (newline == std::string_view::npos) break;  // an unfinished line is no record
        Line line(text.substr(0, newline), ++number);
        if (!read_record(line, counts)) return counts;
        text.remove_prefix(newline + 1);
    }
    throw Error("tool_failed", "the counting plugin's output ends early, after line " + std::to_string(number),
                "check that the disk is not full, then run again");
}

}  // namespace mote::target
