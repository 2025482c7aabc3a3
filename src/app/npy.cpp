#include "app/npy.hpp"

#include "base/files.hpp"

#include <cstring>
#include <string>

namespace mote::app {

namespace {

void write(const std::filesystem::path& file, const char* type, const std::vector<std::size_t>& shape, std::span<const std::byte> values) {
    std::string sides;
    for (const std::size_t side : shape) sides += std::to_string(side) + ", ";
    std::string head = std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (" + sides + "), }";
    // Magic, version and length take 10 bytes; the whole head is padded to a multiple of 64 and ends in a line feed.
    head.append(63 - (10 + head.size()) % 64, ' ');
    head += '\n';
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(head.size() & 0xff);
    bytes += static_cast<char>(head.size() >> 8);
    bytes += head;
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size());
    base::write_file(file, bytes);
}

}  // namespace

void write_npy(const std::filesystem::path& file, const std::vector<std::size_t>& shape, std::span<const float> values) {
    write(file, "<f4", shape, std::as_bytes(values));
}

void write_npy(const std::filesystem::path& file, const std::vector<std::size_t>& shape, std::span<const int> values) {
    write(file, "<i4", shape, std::as_bytes(values));
}

}  // namespace mote::app
