// Turns a raw image into a UF2 file (Microsoft, "USB Flashing Format", github.com/microsoft/uf2): uf2 IMAGE.bin ADDRESS FAMILY OUT.uf2
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

constexpr std::uint32_t payload_bytes = 256;

void put(unsigned char* to, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) to[i] = static_cast<unsigned char>(value >> (8 * i));
}

int fail(const char* what, const char* file) {
    std::fprintf(stderr, "uf2: %s %s\n", what, file);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return fail("wants", "IMAGE.bin ADDRESS FAMILY OUT.uf2");
    std::FILE* in = std::fopen(argv[1], "rb");
    if (in == nullptr) return fail("cannot read", argv[1]);
    std::vector<unsigned char> image;
    unsigned char buffer[4096];
    for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, in)) > 0;) image.insert(image.end(), buffer, buffer + n);
    std::fclose(in);
    const auto address = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 0));
    const auto family = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 0));
    image.resize((image.size() + payload_bytes - 1) / payload_bytes * payload_bytes);
    std::FILE* out = std::fopen(argv[4], "wb");
    if (out == nullptr) return fail("cannot write", argv[4]);
    const auto blocks = static_cast<std::uint32_t>(image.size() / payload_bytes);
    bool is_written = true;
    for (std::uint32_t i = 0; i < blocks; ++i) {
        unsigned char block[512] = {};
        const std::uint32_t head[8] = {0x0A324655u, 0x9E5D5157u, 0x2000u, address + i * payload_bytes, payload_bytes, i, blocks, family};
        for (int word = 0; word < 8; ++word) put(block + 4 * word, head[word]);
        std::memcpy(block + 32, image.data() + i * payload_bytes, payload_bytes);
        put(block + 508, 0x0AB16F30u);
        is_written = is_written && std::fwrite(block, sizeof block, 1, out) == 1;
    }
    return std::fclose(out) == 0 && is_written ? 0 : fail("cannot write", argv[4]);
}
