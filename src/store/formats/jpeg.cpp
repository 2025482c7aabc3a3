// JPEG (ITU-T T.81, JFIF) through libjpeg-turbo.
#include "store/byte_reader.hpp"
#include "store/pixels.hpp"

#include <memory>

#include <turbojpeg.h>

namespace mote::store::formats {

namespace {

bool match(std::string_view, std::span<const std::byte> head) { return has_magic(head, "\xff\xd8\xff"); }

struct Destroy {
    void operator()(void* handle) const { tjDestroy(handle); }
};

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    if (!match({}, bytes)) throw base::Error("bad_input", "byte 0: is not a JPEG file", "export it as jpeg or png");
    const std::unique_ptr<void, Destroy> handle(tjInitDecompress());
    if (!handle) throw base::Error("internal", "no memory for decoding", "close other programs");
    const auto fail = [&] {
        throw base::Error("bad_input", std::string("cannot be decoded: ") + tjGetErrorStr2(handle.get()),
                          "the file is damaged or cut short: copy it again");
    };
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    int width = 0, height = 0, subsampling = 0, colours = 0;
    if (tjDecompressHeader3(handle.get(), data, bytes.size(), &width, &height, &subsampling, &colours) != 0) fail();
    if (colours == TJCS_CMYK || colours == TJCS_YCCK)
        throw base::Error("bad_input", "has the four colours of print (CMYK)", "convert it to RGB");
    const std::size_t channels = colours == TJCS_GRAY ? 1 : 3;
    check_image_size(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height), channels, options.limit_bytes);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * channels);
    // The accurate transform gives the same pixels on every machine; the limit on scans stops small files that take hours.
    constexpr int flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;
    if (tjDecompress2(handle.get(), data, bytes.size(), pixels.data(), width, 0, height, channels == 1 ? TJPF_GRAY : TJPF_RGB, flags) != 0)
        fail();
    sink(image_recording(static_cast<std::size_t>(width), static_cast<std::size_t>(height), channels, std::move(pixels)));
}

}  // namespace

const Format& jpeg() {
    static const Format format{
        .name = "jpeg", .help = "image, grey or colour", .extensions = {".jpg", ".jpeg"}, .match = match, .read = read};
    return format;
}

}  // namespace mote::store::formats
