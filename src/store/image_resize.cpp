#include "store/image_resize.hpp"

#include "base/error.hpp"
#include "mote/rt/dsp/resize.hpp"

namespace mote::store {

namespace {

constexpr std::size_t largest_side = 8192;

rt::dsp::Fit fit_of(std::string_view name) {
    if (name == "squash") return rt::dsp::Fit::squash;
    if (name == "crop") return rt::dsp::Fit::crop;
    if (name == "pad") return rt::dsp::Fit::pad;
    throw base::Error("bad_input", "image fit \"" + std::string(name) + "\" is not known", "choose squash, crop or pad");
}

}  // namespace

Signal resize_image(const Signal& image, std::size_t height, std::size_t width, std::string_view fit) {
    if (!image.is_image() || image.type() != SampleType::u8 || image.frames != image.height * image.width || image.channels.empty() ||
        image.channels.size() > 4)
        throw base::Error("bad_input", "only images of 8 bits a colour can be resized", "ingest png or jpeg files");
    for (const std::size_t side : {height, width, image.height, image.width})
        if (side < 1 || side > largest_side)
            throw base::Error("bad_input", "an image side of " + std::to_string(side) + " pixels", "choose from 1 to 8192");
    Signal out;
    out.channels = image.channels, out.height = height, out.width = width, out.frames = height * width;
    std::vector<std::uint8_t> values(height * width * image.channels.size());
    rt::dsp::resize_image(std::get<std::vector<std::uint8_t>>(image.values).data(), image.height, image.width, image.channels.size(),
                          fit_of(fit), values.data(), height, width);
    out.values = std::move(values);
    return out;
}

}  // namespace mote::store
