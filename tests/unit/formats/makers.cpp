#include "makers.hpp"

#include <cmath>
#include <cstring>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <locale.h>
#include <png.h>
#include <sndfile.h>
#include <turbojpeg.h>
#include <zlib.h>

namespace mote::test {

namespace {

struct Output {
    Bytes bytes;
    sf_count_t position = 0;
};

template <class T, class Write>
Bytes write_sound(int format, int rate_hz, int channels, const std::vector<T>& samples, const Write& write) {
    Output out;
    SF_VIRTUAL_IO io{};
    io.get_filelen = [](void* user) { return static_cast<sf_count_t>(static_cast<Output*>(user)->bytes.size()); };
    io.tell = [](void* user) { return static_cast<Output*>(user)->position; };
    io.read = [](void*, sf_count_t, void*) -> sf_count_t { return 0; };
    io.seek = [](sf_count_t offset, int whence, void* user) {
        auto& o = *static_cast<Output*>(user);
        o.position = offset + (whence == SEEK_SET ? 0 : whence == SEEK_CUR ? o.position : static_cast<sf_count_t>(o.bytes.size()));
        return o.position;
    };
    io.write = [](const void* from, sf_count_t count, void* user) {
        auto& o = *static_cast<Output*>(user);
        const auto end = static_cast<std::size_t>(o.position + count);
        if (o.bytes.size() < end) o.bytes.resize(end);
        std::memcpy(o.bytes.data() + o.position, from, static_cast<std::size_t>(count));
        o.position += count;
        return count;
    };
    SF_INFO info{};
    info.format = format, info.samplerate = rate_hz, info.channels = channels;
    SNDFILE* file = sf_open_virtual(&io, SFM_WRITE, &info, &out);
    EXPECT_NE(file, nullptr) << sf_strerror(nullptr);
    EXPECT_EQ(write(file, samples.data(), static_cast<sf_count_t>(samples.size())), static_cast<sf_count_t>(samples.size()));
    sf_close(file);
    return out.bytes;
}

}  // namespace

Bytes make_sound(int format, int rate_hz, int channels, const std::vector<std::int16_t>& samples) {
    return write_sound(format, rate_hz, channels, samples, sf_write_short);
}

Bytes make_sound(int format, int rate_hz, int channels, const std::vector<float>& samples) {
    return write_sound(format, rate_hz, channels, samples, sf_write_float);
}

std::vector<std::int16_t> tone(std::size_t frames, int channels) {
    std::vector<std::int16_t> samples;
    for (std::size_t i = 0; i < frames; ++i)
        for (int c = 0; c < channels; ++c)
            samples.push_back(static_cast<std::int16_t>(12000 * std::sin(static_cast<double>(i) * 0.1 * (c + 1))));
    return samples;
}

Bytes make_png(unsigned width, unsigned height, int colour_type, int depth, const Bytes& rows) {
    Bytes out;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(
        png, &out,
        [](png_structp p, png_bytep data, std::size_t size) {
            auto& bytes = *static_cast<Bytes*>(png_get_io_ptr(p));
            const auto* from = reinterpret_cast<const std::byte*>(data);
            bytes.insert(bytes.end(), from, from + size);
        },
        nullptr);
    png_set_IHDR(png, info, width, height, depth, colour_type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    const png_color palette[] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {9, 8, 7}};
    if (colour_type == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(png, info, palette, 4);
    png_write_info(png, info);
    const std::size_t row_bytes = png_get_rowbytes(png, info);
    EXPECT_EQ(rows.size(), row_bytes * height);
    for (unsigned y = 0; y < height; ++y) png_write_row(png, reinterpret_cast<png_const_bytep>(rows.data()) + y * row_bytes);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return out;
}

Bytes make_jpeg(int width, int height, int channels, const std::vector<std::uint8_t>& pixels) {
    tjhandle handle = tjInitCompress();
    unsigned char* data = nullptr;
    unsigned long size = 0;
    EXPECT_EQ(tjCompress2(handle, pixels.data(), width, 0, height, channels == 1 ? TJPF_GRAY : TJPF_RGB, &data, &size,
                          channels == 1 ? TJSAMP_GRAY : TJSAMP_444, 95, 0),
              0);
    const auto* from = reinterpret_cast<const std::byte*>(data);
    Bytes out(from, from + size);
    tjFree(data);
    tjDestroy(handle);
    return out;
}

Bytes make_gzip(const Bytes& bytes) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    Bytes out(deflateBound(&stream, bytes.size()) + 64);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

Bytes make_npy(std::string_view descr, bool fortran, std::string_view shape, const Bytes& data) {
    std::string header = "{'descr': '" + std::string(descr) + "', 'fortran_order': " + (fortran ? "True" : "False") +
                         ", 'shape': " + std::string(shape) + ", }";
    while ((10 + header.size() + 1) % 64 != 0) header += ' ';
    header += '\n';
    std::string text = "\x93NUMPY";
    text += '\x01';
    text += '\x00';
    text += static_cast<char>(header.size() & 0xff);
    text += static_cast<char>(header.size() >> 8);
    Bytes bytes = to_bytes(text + header);
    bytes.insert(bytes.end(), data.begin(), data.end());
    return bytes;
}

Bytes make_archive(std::string_view kind, const std::vector<Entry>& entries) {
    archive* writer = archive_write_new();
    if (kind == "zip")
        archive_write_set_format_zip(writer);
    else
        archive_write_set_format_pax_restricted(writer);
    if (kind == "tar.gz") archive_write_add_filter_gzip(writer);
    if (kind == "tar.xz") archive_write_add_filter_xz(writer);
    if (kind == "tar.zst") archive_write_add_filter_zstd(writer);
    if (kind == "tar.bz2") archive_write_add_filter_bzip2(writer);
    archive_write_set_bytes_in_last_block(writer, 1);
    Bytes out;
    archive_write_open(
        writer, &out, nullptr,
        [](archive*, void* user, const void* data, std::size_t size) {
            auto& bytes = *static_cast<Bytes*>(user);
            const auto* from = static_cast<const std::byte*>(data);
            bytes.insert(bytes.end(), from, from + size);
            return static_cast<la_ssize_t>(size);
        },
        nullptr);
    // Names beyond ASCII need a locale that knows them.
    const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr)), before = uselocale(utf8);
    for (const auto& item : entries) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, item.name.c_str());
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_filetype(entry, item.link.empty() ? AE_IFREG : AE_IFLNK);
        archive_entry_set_size(entry, static_cast<la_int64_t>(item.bytes.size()));
        if (!item.link.empty()) archive_entry_set_symlink(entry, item.link.c_str());
        if (!item.hard_link.empty()) archive_entry_set_hardlink(entry, item.hard_link.c_str());
        EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK) << archive_error_string(writer);
        if (!item.bytes.empty()) archive_write_data(writer, item.bytes.data(), item.bytes.size());
        archive_entry_free(entry);
    }
    archive_write_close(writer);
    uselocale(before);
    freelocale(utf8);
    archive_write_free(writer);
    return out;
}

Bytes make_idx(const std::vector<std::uint32_t>& sizes, const std::vector<std::uint8_t>& values) {
    std::string text{'\0', '\0', '\x08', static_cast<char>(sizes.size())};
    for (const std::uint32_t size : sizes)
        for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(size >> shift & 0xff);
    Bytes bytes = to_bytes(text);
    const auto data = std::as_bytes(std::span(values));
    bytes.insert(bytes.end(), data.begin(), data.end());
    return bytes;
}

}  // namespace mote::test
