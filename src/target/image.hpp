// An ELF image for a 32-bit Arm core, as the linker leaves it: how much it occupies, and which symbol has how many bytes.
#pragma once

#include "base/files.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote::target {

struct Section {
    std::string name;
    std::uint32_t type = 0, flags = 0, address = 0, size_bytes = 0;
    std::size_t offset = 0;  ///< in the file
};

struct Symbol {
    std::string name;  ///< as the linker knows it
    std::uint32_t address = 0, size_bytes = 0;
    bool is_function = false, is_object = false;
    std::uint16_t section = 0;
};

struct Image {
    base::Bytes bytes;  ///< the file
    std::vector<Section> sections;
    std::vector<Symbol> symbols;  ///< by address; the Thumb bit is cleared

    /// Bytes of flash: code, constants and the first values of .data.
    std::uint64_t flash_bytes() const;
    /// .data and .bss, without the stack.
    std::uint64_t static_ram_bytes() const;
    /// Throws base::Error "internal" when there is no such symbol.
    std::uint32_t address_of(std::string_view symbol) const;
    std::optional<std::uint32_t> find(std::string_view symbol) const;
    /// The function that holds `address`, demangled; "0x..." when there is none.
    std::string function_at(std::uint64_t address) const;
    /// Bytes at `address` in a section that the file holds; empty when there are none.
    std::span<const std::byte> code_at(std::uint64_t address, std::size_t size_bytes) const;
};

/// Throws base::Error "bad_input" naming `where` for anything but a sound little-endian 32-bit Arm executable.
Image parse_image(base::Bytes bytes, std::string_view where);
Image read_image(const std::filesystem::path& file);

std::string demangle(const std::string& name);

}  // namespace mote::target
