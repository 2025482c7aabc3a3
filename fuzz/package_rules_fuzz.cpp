// Files of a package that a format's rules read, whatever stands in them: a list of faults that a person can read. And an archive that may
// be a package of ours: its files, or an error.
// links: mote_package
#include "require.hpp"

#include "package/rules/rules.hpp"
#include "package/zip.hpp"

#include <cstdint>

using namespace mote;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    struct Case {
        const char* file;
        package::rules::Faults (*check)(const codegen::FileTree&);
    };
    constexpr Case cases[] = {{"library.properties", package::rules::arduino}, {"zephyr/module.yml", package::rules::zephyr},
                              {"idf_component.yml", package::rules::esp_idf},  {"CMakeLists.txt", package::rules::esp_idf},
                              {"library.json", package::rules::platformio},    {"mote.x.pdsc", package::rules::cmsis_pack},
                              {"src/x.cpp", package::rules::missing_includes}};
    constexpr std::size_t count = sizeof cases / sizeof cases[0];
    const std::size_t which = data[0] % (count + 1);
    if (which < count) {
        for (const std::string& fault : cases[which].check({{cases[which].file, text}})) fuzz::require(!fault.empty(), "a fault is said");
        return 0;
    }
    try {
        for (const auto& [name, content] : package::unzip(base::as_bytes(text))) fuzz::require(!name.empty(), "a file has a name");
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}
