// A described struct from any JSON: an error that names the setting, or a value that comes back the same when written and read again.
#include "require.hpp"

#include "base/fields.hpp"

#include <cstdint>

namespace {

using namespace mote;

struct Inner {
    double cutoff_hz = 3;
    float gain = 1;
    bool on = true;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("cutoff_hz", &Inner::cutoff_hz, "cut-off").range(0, 100).unit("Hz"),
                               field("gain", &Inner::gain, "gain"), field("on", &Inner::on, "on"));
    }
};

struct Outer {
    int filters = 40;
    std::uint8_t small = 1;
    std::int64_t wide = 0;
    std::uint64_t seed = 1;
    std::string window = "hann";
    std::vector<int> sizes{1, 2};
    std::optional<double> gain;
    std::map<std::string, Inner> blocks;
    std::vector<Inner> list;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("filters", &Outer::filters, "number of filters").range(2, 128),
                               field("small", &Outer::small, "a byte"), field("wide", &Outer::wide, "a wide number"),
                               field("seed", &Outer::seed, "a seed"),
                               field("window", &Outer::window, "window function").choices("hann|hamming"),
                               field("sizes", &Outer::sizes, "sizes").range(0, 9), field("gain", &Outer::gain, "gain").range(-1, 1),
                               field("blocks", &Outer::blocks, "blocks by name"), field("list", &Outer::list, "blocks in order"));
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const base::Json json = base::parse_json({reinterpret_cast<const char*>(data), size}, "file");
        const base::Json written = base::to_json(base::from_json<Outer>(json, "file"));
        fuzz::require(base::to_json(base::from_json<Outer>(written, "written")) == written, "what was written reads back the same");
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}
