#include "store/pixels.hpp"

#include "base/text.hpp"

namespace mote::store {

void check_image_size(std::uint64_t width, std::uint64_t height, std::uint64_t channels, std::uint64_t limit_bytes) {
    constexpr std::uint64_t side_max = 32768;
    const std::string size = std::to_string(width) + " x " + std::to_string(height);
    if (width == 0 || height == 0)
        throw base::Error("bad_input", "the header declares " + size + " pixels", "the file is damaged: copy it again");
    if (width > side_max || height > side_max)
        throw base::Error("bad_input", "the header declares " + size + " pixels, at most " + std::to_string(side_max) + " a side are read",
                          "make the image smaller");
    if (width * height * channels > limit_bytes)
        throw base::Error("bad_input", "the header declares " + size + " pixels, more than " + base::human_bytes(limit_bytes) + " decoded",
                          "make the image smaller, or raise the size limit");
}

Recording image_recording(std::size_t width, std::size_t height, std::size_t channels, std::vector<std::uint8_t>&& pixels) {
    Recording recording;
    Signal& signal = recording.signal;
    if (channels == 1)
        signal.channels = {{"grey", ""}};
    else
        signal.channels = {{"red", ""}, {"green", ""}, {"blue", ""}};
    signal.frames = width * height;
    signal.width = width;
    signal.height = height;
    signal.values = std::move(pixels);
    return recording;
}

}  // namespace mote::store
