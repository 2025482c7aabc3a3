// IDX images (Y. LeCun's MNIST files): big-endian sizes, then pixels; the labels lie in a second file beside. Plain or gzip.
#include "store/byte_reader.hpp"
#include "store/byte_source.hpp"
#include "store/numbered.hpp"
#include "store/pixels.hpp"

#include "base/text.hpp"

#include <array>

namespace mote::store::formats {

namespace {

using base::Error;

constexpr unsigned unsigned_bytes = 8;
constexpr std::uint32_t count_max = 100'000'000;

struct Header {
    unsigned type = 0;
    std::vector<std::uint32_t> sizes;
};

bool is_header(std::span<const std::byte> bytes) {
    if (bytes.size() < 4 || bytes[0] != std::byte{0} || bytes[1] != std::byte{0}) return false;
    const auto type = std::to_integer<unsigned>(bytes[2]), dimensions = std::to_integer<unsigned>(bytes[3]);
    return ((type >= 8 && type <= 9) || (type >= 0xb && type <= 0xe)) && dimensions >= 1 && dimensions <= 4;
}

bool match(std::string_view, std::span<const std::byte> head) {
    std::array<std::byte, 4> start;
    try {
        return open_source(head)->read(start) == start.size() && is_header(start);
    } catch (const Error&) {
        return false;
    }
}

Header read_header(ByteSource& source) {
    std::array<std::byte, 4> start;
    if (source.read(start) != start.size() || !is_header(start)) throw Error("bad_input", "byte 0: is not an IDX file", "check the file");
    Header header;
    header.type = std::to_integer<unsigned>(start[2]);
    header.sizes.resize(std::to_integer<std::size_t>(start[3]));
    for (auto& size : header.sizes) {
        std::array<std::byte, 4> word;
        if (source.read(word) != word.size()) throw Error("bad_input", "is cut short inside its header", "copy the file again");
        size = load_be<std::uint32_t>(word, 0);
    }
    return header;
}

/// "train-images-idx3-ubyte.gz" and "train-images.idx3-ubyte" become the names of the labels; the other way round for labels.
std::vector<std::string> partner_names(std::string_view file_name, std::string_view from, std::string_view to, char from_digit,
                                       char to_digit) {
    const std::size_t slash = file_name.find_last_of("/\\");
    std::string name(file_name.substr(slash == std::string_view::npos ? 0 : slash + 1));
    const std::size_t word = name.find(from);
    if (word == std::string::npos) return {};
    name.replace(word, from.size(), to);
    const std::size_t kind = name.find(std::string("idx") + from_digit);
    if (kind != std::string::npos) name[kind + 3] = to_digit;
    const bool packed = name.ends_with(".gz");
    const std::string other = packed ? name.substr(0, name.size() - 3) : name + ".gz";
    return {name, other};
}

std::vector<std::string> companion_names(std::string_view file_name) { return partner_names(file_name, "images", "labels", '3', '1'); }
std::vector<std::string> companion_of(std::string_view file_name) { return partner_names(file_name, "labels", "images", '1', '3'); }

std::vector<std::uint8_t> read_labels(const std::string& name, std::span<const std::byte> bytes, std::uint32_t images) try {
    const auto source = open_source(bytes);
    const Header header = read_header(*source);
    if (header.type != unsigned_bytes || header.sizes.size() != 1)
        throw Error("bad_input", "holds no list of labels (one unsigned byte an image)", "check which file is which");
    if (header.sizes[0] != images)
        throw Error("bad_input",
                    "byte 4: declares " + std::to_string(header.sizes[0]) + " labels for " + std::to_string(images) + " images",
                    "the two files do not belong together: copy them again");
    std::vector<std::uint8_t> labels(images);
    if (const std::size_t got = source->read(std::as_writable_bytes(std::span(labels))); got != images)
        throw Error("bad_input", "declares " + std::to_string(images) + " labels, but only " + std::to_string(got) + " are there",
                    "copy the file again");
    return labels;
} catch (const Error& error) {
    throw error.at(name);
}

void check_header(std::string_view file_name, const Header& header, const ReadOptions& options) {
    if (header.sizes.size() == 1) {
        const auto images = companion_of(file_name);
        throw Error("bad_input", "holds labels and no images",
                    images.empty() ? "name it like ...-labels-idx1-ubyte and put the images beside it, named ...-images-idx3-ubyte"
                                   : "put " + images[0] + " beside it; the labels are read with the images");
    }
    if (header.type != unsigned_bytes || header.sizes.size() < 3)
        throw Error("unsupported", "byte 2: holds no images of unsigned bytes", "convert it to npy or csv");
    if (header.sizes.size() == 4 && header.sizes[3] != 1 && header.sizes[3] != 3)
        throw Error("unsupported", "byte 16: declares " + std::to_string(header.sizes[3]) + " channels, an image has 1 or 3",
                    "convert it to npy");
    if (header.sizes[0] == 0 || header.sizes[0] > count_max)
        throw Error("bad_input",
                    "byte 4: declares " + std::to_string(header.sizes[0]) + " images, allowed is 1 to " + std::to_string(count_max),
                    "the file is damaged: copy it again");
    const std::uint64_t channels = header.sizes.size() == 4 ? header.sizes[3] : 1;
    check_image_size(header.sizes[2], header.sizes[1], channels, options.limit_bytes);
    const std::uint64_t total = std::uint64_t{header.sizes[0]} * header.sizes[1] * header.sizes[2];
    if (total > options.limit_bytes / channels)
        throw Error(
            "bad_input",
            "declares " + std::to_string(header.sizes[0]) + " images, more than " + base::human_bytes(options.limit_bytes) + " decoded",
            "split the file, or raise the size limit");
}

void read(std::string_view file_name, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    const auto source = open_source(bytes);
    const Header header = read_header(*source);
    check_header(file_name, header, options);
    const std::size_t count = header.sizes[0], height = header.sizes[1], width = header.sizes[2];
    const std::size_t channels = header.sizes.size() == 4 ? header.sizes[3] : 1;
    std::vector<std::uint8_t> labels;
    for (const auto& name : companion_names(file_name)) {
        const auto found = options.companions.find(name);
        if (labels.empty() && found != options.companions.end()) labels = read_labels(name, found->second, header.sizes[0]);
    }
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::uint8_t> pixels(height * width * channels);
        if (source->read(std::as_writable_bytes(std::span(pixels))) != pixels.size())
            throw Error("bad_input", "declares " + std::to_string(count) + " images, but ends inside image " + std::to_string(i),
                        "copy the file again");
        Recording recording = image_recording(width, height, channels, std::move(pixels));
        recording.name = numbered(i, count);
        if (!labels.empty()) recording.label = std::to_string(labels[i]);
        sink(std::move(recording));
    }
    std::byte more;
    if (source->read({&more, 1}) == 1)
        throw Error(
            "bad_input",
            "byte " + std::to_string(source->position() - 1) + ": something follows the " + std::to_string(count) + " images declared",
            "the header is wrong: copy the file again");
}

}  // namespace

const Format& idx() {
    static const Format format{.name = "idx",
                               .help = "images in one file (MNIST), plain or gz; the labels file beside is read with it",
                               .extensions = {".idx", ".idx3-ubyte", ".idx1-ubyte"},
                               .match = match,
                               .read = read,
                               .companion_names = companion_names,
                               .companion_of = companion_of};
    return format;
}

}  // namespace mote::store::formats
