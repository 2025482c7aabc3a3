// How fast the file formats are read on one core, in megabytes of file a second of processor time:
//   formats_speed [megabytes of CSV, default 64]
// The answer is checked: a reader that returned early or wrongly fails here.
#include "base/error.hpp"
#include "base/random.hpp"
#include "store/format.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace {

using namespace mote;

struct Table {
    std::string name;
    std::string text;
    std::size_t rows = 0;
    double sum = 0;  ///< of all values, as they were written
};

/// Rows of six sensors with `digits` behind the point, a Unix time stamp and a label, as phones write them.
Table make_table(const std::string& name, std::size_t bytes, int digits, bool stamps) {
    Table table{name, stamps ? "x,y,z,gx,gy,gz,timestamp,label\n" : "x,y,z,gx,gy,gz\n", 0, 0};
    table.text.reserve(bytes + 256);
    base::Random random(1);
    char field[64];
    for (; table.text.size() < bytes; ++table.rows) {
        for (int c = 0; c < 6; ++c) {
            std::snprintf(field, sizeof field, "%s%.*f", c ? "," : "", digits, random.uniform(-20, 20));
            table.text += field;
            table.sum += std::strtof(field + (c ? 1 : 0), nullptr);
        }
        if (stamps)
            table.text += "," + std::to_string(1657533977810 + 10 * static_cast<long long>(table.rows)) +
                          (table.rows / 300 % 2 ? ",WALKING" : ",SEATED");
        table.text += '\n';
    }
    return table;
}

bool measure(const Table& table) {
    store::ReadOptions options;
    options.rate_hz = 100;
    const auto bytes = base::as_bytes(table.text);
    const store::Format* format = store::find_format("a.csv", bytes.first(4096));
    double best_s = 1e9;
    for (int round = 0; round < 3; ++round) {
        const std::clock_t start = std::clock();
        store::Recording recording;
        format->read("a.csv", bytes, options, [&](store::Recording&& r) { recording = std::move(r); });
        best_s = std::min(best_s, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
        double sum = 0;
        for (std::size_t i = 0; i < recording.signal.value_count(); ++i) sum += recording.signal.at(i);
        if (recording.signal.frames != table.rows || sum != table.sum) {
            std::printf("%s: WRONG ANSWER\n", table.name.c_str());
            return false;
        }
    }
    std::printf("%-44s %8.0f MB/s\n", table.name.c_str(), static_cast<double>(table.text.size()) / 1e6 / best_s);
    return true;
}

}  // namespace

int main(int argc, char** argv) try {
    const std::size_t bytes = (argc > 1 ? static_cast<std::size_t>(std::strtoul(argv[1], nullptr, 10)) : 64) * 1'000'000;
    bool right = measure(make_table("csv, 6 sensors of 4 digits", bytes, 4, false));
    right = measure(make_table("csv, 6 sensors of 17 digits, time, label", bytes, 17, true)) && right;
    return right ? 0 : 1;
} catch (const base::Error& error) {
    std::fprintf(stderr, "error: %s\n  try: %s\n", error.what(), error.hint().c_str());
    return 1;
}
