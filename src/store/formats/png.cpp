// Portable Network Graphics (ISO/IEC 15948) through libpng.
#include "store/byte_reader.hpp"
#include "store/pixels.hpp"

#include <csetjmp>
#include <cstring>

#include <png.h>

namespace mote::store::formats {

namespace {

constexpr std::string_view signature{"\x89PNG\r\n\x1a\n", 8};

bool match(std::string_view, std::span<const std::byte> head) { return has_magic(head, signature); }

/// libpng reports by longjmp, which passes over destructors; so all that it touches is plain data, and lives in the caller.
struct Decoder {
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::span<const std::byte> bytes;
    std::size_t at = 0;
    char message[128] = "";

    ~Decoder() { png_destroy_read_struct(&png, &info, nullptr); }
};

void on_error(png_structp png, png_const_charp text) {
    auto& decoder = *static_cast<Decoder*>(png_get_error_ptr(png));
    std::strncpy(decoder.message, text, sizeof decoder.message - 1);
    png_longjmp(png, 1);
}

void on_read(png_structp png, png_bytep to, std::size_t size) {
    auto& decoder = *static_cast<Decoder*>(png_get_io_ptr(png));
    if (size > decoder.bytes.size() - decoder.at) png_error(png, "the file is cut short");
    std::memcpy(to, decoder.bytes.data() + decoder.at, size);
    decoder.at += size;
}

/// Reads the header and sets up 8 bits a channel, grey or RGB.
bool read_header(Decoder& decoder) {
    if (setjmp(png_jmpbuf(decoder.png))) return false;
    png_set_read_fn(decoder.png, &decoder, on_read);
    // -1: only what makes the pixels is read; text and colour profiles, packed or not, are passed over.
    png_set_keep_unknown_chunks(decoder.png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_set_user_limits(decoder.png, 32768, 32768);
    png_set_chunk_malloc_max(decoder.png, 1 << 20);
    png_read_info(decoder.png, decoder.info);
    png_set_expand(decoder.png);
    png_set_scale_16(decoder.png);
    png_set_strip_alpha(decoder.png);
    png_set_interlace_handling(decoder.png);
    png_read_update_info(decoder.png, decoder.info);
    return true;
}

bool read_rows(Decoder& decoder, png_bytepp rows) {
    if (setjmp(png_jmpbuf(decoder.png))) return false;
    png_read_image(decoder.png, rows);
    png_read_end(decoder.png, nullptr);
    return true;
}

[[noreturn]] void fail(const Decoder& decoder) {
    throw base::Error("bad_input", "byte " + std::to_string(decoder.at) + ": cannot be decoded: " + decoder.message,
                      "the file is damaged: copy it again, or export it as png");
}

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    if (!match({}, bytes)) throw base::Error("bad_input", "byte 0: is not a PNG file", "export it as png");
    if (bytes.size() < 33) throw base::Error("bad_input", "is cut short inside its header", "copy the file again");
    check_image_size(load_be<std::uint32_t>(bytes, 16), load_be<std::uint32_t>(bytes, 20), 3, options.limit_bytes);
    Decoder decoder;
    decoder.bytes = bytes;
    decoder.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoder, on_error, [](png_structp, png_const_charp) {});
    decoder.info = decoder.png ? png_create_info_struct(decoder.png) : nullptr;
    if (!decoder.info) throw base::Error("internal", "no memory for decoding", "close other programs");
    if (!read_header(decoder)) fail(decoder);
    const std::size_t width = png_get_image_width(decoder.png, decoder.info), height = png_get_image_height(decoder.png, decoder.info);
    const std::size_t channels = png_get_channels(decoder.png, decoder.info);
    const std::size_t row_bytes = png_get_rowbytes(decoder.png, decoder.info);
    if ((channels != 1 && channels != 3) || row_bytes != width * channels)
        throw base::Error("bad_input", "has " + std::to_string(channels) + " channels after decoding", "export it as 8-bit grey or RGB");
    std::vector<std::uint8_t> pixels(height * row_bytes);
    std::vector<png_bytep> rows(height);
    for (std::size_t y = 0; y < height; ++y) rows[y] = pixels.data() + y * row_bytes;
    if (!read_rows(decoder, rows.data())) fail(decoder);
    sink(image_recording(width, height, channels, std::move(pixels)));
}

}  // namespace

const Format& png() {
    static const Format format{.name = "png",
                               .help = "image; 16 bits are scaled to 8, palettes become RGB, transparency is dropped",
                               .extensions = {".png"},
                               .match = match,
                               .read = read};
    return format;
}

}  // namespace mote::store::formats
