#include "target/image.hpp"

#include "base/error.hpp"

#include <cxxabi.h>
#include <elf.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace mote::target {
namespace {

using base::Error;

/// Reads records out of a file, each checked to lie in it.
class Reader {
  public:
    Reader(std::span<const std::byte> bytes, std::string_view where) : bytes_(bytes), where_(where) {}

    template <class T>
    T at(std::uint64_t offset) const {
        T value;
        std::memcpy(&value, range(offset, sizeof(T)).data(), sizeof(T));
        return value;
    }

    std::span<const std::byte> range(std::uint64_t offset, std::uint64_t size) const {
        if (offset > bytes_.size() || size > bytes_.size() - offset) fail("ends too early");
        return bytes_.subspan(offset, size);
    }

    /// The text at `offset` of a string table.
    std::string text(std::span<const std::byte> table, std::uint32_t offset) const {
        if (offset >= table.size()) fail("names a string outside its table");
        const char* begin = reinterpret_cast<const char*>(table.data()) + offset;
        return std::string(begin, ::strnlen(begin, table.size() - offset));
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw Error("bad_input", std::string(where_) + ": not a sound Arm executable: it " + what, "build the firmware again");
    }

  private:
    std::span<const std::byte> bytes_;
    std::string_view where_;
};

std::vector<Section> read_sections(const Reader& file) {
    const auto head = file.at<Elf32_Ehdr>(0);
    if (std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0) file.fail("does not begin as an ELF file");
    if (head.e_ident[EI_CLASS] != ELFCLASS32 || head.e_ident[EI_DATA] != ELFDATA2LSB || head.e_machine != EM_ARM)
        file.fail("is for another machine");
    if (head.e_shentsize != sizeof(Elf32_Shdr) || head.e_shstrndx >= head.e_shnum) file.fail("has no section names");
    const auto header = [&](unsigned i) { return file.at<Elf32_Shdr>(head.e_shoff + std::uint64_t{i} * sizeof(Elf32_Shdr)); };
    const auto names_at = header(head.e_shstrndx);
    const auto names = file.range(names_at.sh_offset, names_at.sh_size);
    std::vector<Section> sections;
    for (unsigned i = 0; i < head.e_shnum; ++i) {
        const auto h = header(i);
        if (h.sh_type != SHT_NOBITS) (void)file.range(h.sh_offset, h.sh_size);
        sections.push_back({file.text(names, h.sh_name), h.sh_type, h.sh_flags, h.sh_addr, h.sh_size, h.sh_offset});
    }
    return sections;
}

std::vector<Symbol> read_symbols(const Reader& file, const std::vector<Section>& sections) {
    const auto find = [&](std::string_view name) {
        return std::find_if(sections.begin(), sections.end(), [&](const Section& s) { return s.name == name; });
    };
    const auto table = find(".symtab"), names = find(".strtab");
    std::vector<Symbol> symbols;
    if (table == sections.end() || names == sections.end()) return symbols;
    if (names->type == SHT_NOBITS || table->type == SHT_NOBITS) file.fail("has an empty symbol table");
    const auto strings = file.range(names->offset, names->size_bytes);
    for (std::uint64_t at = 0; at + sizeof(Elf32_Sym) <= table->size_bytes; at += sizeof(Elf32_Sym)) {
        const auto s = file.at<Elf32_Sym>(table->offset + at);
        const auto type = ELF32_ST_TYPE(s.st_info);
        Symbol symbol{file.text(strings, s.st_name), s.st_value, s.st_size, type == STT_FUNC, type == STT_OBJECT, s.st_shndx};
        if (symbol.name.empty() || symbol.name[0] == '$') continue;  // mapping symbols say which instruction set follows
        if (symbol.is_function) symbol.address &= ~1u;
        symbols.push_back(std::move(symbol));
    }
    std::stable_sort(symbols.begin(), symbols.end(), [](const Symbol& a, const Symbol& b) { return a.address < b.address; });
    return symbols;
}

}  // namespace

std::uint64_t Image::flash_bytes() const {
    std::uint64_t sum = 0;
    for (const Section& s : sections)
        if ((s.flags & SHF_ALLOC) != 0 && s.type != SHT_NOBITS) sum += s.size_bytes;
    return sum;
}

std::uint64_t Image::static_ram_bytes() const {
    std::uint64_t sum = 0;
    for (const Section& s : sections)
        if (s.name == ".data" || s.name == ".bss") sum += s.size_bytes;
    return sum;
}

std::optional<std::uint32_t> Image::find(std::string_view name) const {
    for (const Symbol& s : symbols)
        if (s.name == name) return s.address;
    return std::nullopt;
}

std::uint32_t Image::address_of(std::string_view name) const {
    if (const auto address = find(name)) return *address;
    throw Error("internal", "the firmware has no symbol " + std::string(name));
}

std::string Image::function_at(std::uint64_t address) const {
    for (const Symbol& s : symbols)
        if (s.is_function && address >= s.address && address < std::uint64_t{s.address} + std::max(s.size_bytes, 2u))
            return demangle(s.name);
    char text[20];
    std::snprintf(text, sizeof text, "0x%08llx", static_cast<unsigned long long>(address));
    return text;
}

std::span<const std::byte> Image::code_at(std::uint64_t address, std::size_t size) const {
    for (const Section& s : sections) {
        if ((s.flags & SHF_ALLOC) == 0 || s.type == SHT_NOBITS || address < s.address) continue;
        const std::uint64_t offset = address - s.address;
        if (offset + size <= s.size_bytes) return std::span<const std::byte>(bytes).subspan(s.offset + offset, size);
    }
    return {};
}

Image parse_image(base::Bytes bytes, std::string_view where) {
    Image image;
    image.bytes = std::move(bytes);
    const Reader file(image.bytes, where);
    image.sections = read_sections(file);
    image.symbols = read_symbols(file, image.sections);
    return image;
}

Image read_image(const std::filesystem::path& file) { return parse_image(base::read_file(file), file.string()); }

std::string demangle(const std::string& name) {
    int status = 0;
    char* text = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status);
    std::string result = status == 0 && text != nullptr ? text : name;
    std::free(text);
    return result;
}

}  // namespace mote::target
