// links: mote_store
// Tables of labels and splits: any bytes are read or refused with a base::Error, and every row that is kept is found again.
#include "base/error.hpp"
#include "store/side_table.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)mote::store::SideTable::header_of(text);
    try {
        const mote::store::SideTable table("/d/table.csv", text);
        if (!table.find(table.first_key())) std::abort();
        (void)table.find_file("/d/yes/a.wav", "yes/a.wav", "");
        (void)table.find_file("/d/a.zip", "a.zip/yes/a.wav", "yes/a.wav");
    } catch (const mote::base::Error&) {
    }
    return 0;
}
