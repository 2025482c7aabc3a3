#include "store/npy_array.hpp"

#include "store/beginning.hpp"
#include "store/byte_reader.hpp"
#include "store/numbered.hpp"
#include "store/pixels.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace mote::store {

namespace {

using base::Error;

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t dimensions_max = 8;

/// Reads the literal of a Python dictionary that stands in the header: {'descr': '<f4', 'fortran_order': False, 'shape': (200, 3), }
class HeaderReader {
  public:
    HeaderReader(std::string_view text, std::size_t offset) : text_(text), offset_(offset) {}

    NpyArray read() {
        NpyArray array;
        bool fortran = false, has_type = false, has_shape = false;
        expect('{');
        while (!take('}')) {
            const std::string_view key = quoted();
            expect(':');
            if (key == "descr") {
                if (peek() != '\'' && peek() != '"')
                    throw Error("unsupported", place() + "the array holds records of several fields",
                                "save each field as an array of its own");
                read_type(array, quoted());
                has_type = true;
            } else if (key == "fortran_order") {
                fortran = word() == "True";
            } else if (key == "shape") {
                read_shape(array);
                has_shape = true;
            } else {
                fail();
            }
            take(',');
        }
        if (!has_type || !has_shape) fail();
        set_strides(array, fortran);
        return array;
    }

  private:
    std::string place() const { return "byte " + std::to_string(offset_ + at_) + ": "; }
    [[noreturn]] void fail() const { throw Error("bad_input", place() + "the header of the array is damaged", "save the array again"); }

    char peek() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
        if (at_ >= text_.size()) fail();
        return text_[at_];
    }
    bool take(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    void expect(char c) {
        if (!take(c)) fail();
    }
    std::string_view quoted() {
        const char quote = peek();
        if (quote != '\'' && quote != '"') fail();
        const std::size_t end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos) fail();
        const std::string_view text = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return text;
    }
    std::string_view word() {
        peek();
        const std::size_t start = at_;
        while (at_ < text_.size() && std::isalnum(static_cast<unsigned char>(text_[at_]))) ++at_;
        if (at_ == start) fail();
        return text_.substr(start, at_ - start);
    }

    void read_type(NpyArray& array, std::string_view type) {
        const auto unsupported = [&] {
            throw Error("unsupported", place() + "values of type \"" + beginning(type, 16, "?") + "\" are not read",
                        "save it as int16, int32 or float32");
        };
        if (type.size() < 3) unsupported();
        array.big_endian = type[0] == '>';
        array.kind = type[1];
        const auto [end, code] = std::from_chars(type.data() + 2, type.data() + type.size(), array.item_bytes);
        if (code != std::errc{} || end != type.data() + type.size()) unsupported();
        const std::size_t n = array.item_bytes;
        const bool known = array.kind == 'f'                        ? n == 4 || n == 8
                           : array.kind == 'i' || array.kind == 'u' ? n == 1 || n == 2 || n == 4 || n == 8
                           : array.kind == 'b'                      ? n == 1
                           : array.kind == 'S' || array.kind == 'U' ? n > 0 && n <= 4096
                                                                    : false;
        if (!known || (type[0] != '<' && type[0] != '>' && type[0] != '|' && type[0] != '=')) unsupported();
        if (array.kind == 'U') array.item_bytes *= 4;
    }

    void read_shape(NpyArray& array) {
        expect('(');
        while (!take(')')) {
            std::string_view digits = word();
            if (digits.ends_with('L')) digits.remove_suffix(1);
            std::size_t size = 0;
            const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
            if (code != std::errc{} || end != digits.data() + digits.size() || array.shape.size() == dimensions_max) fail();
            array.shape.push_back(size);
            take(',');
        }
    }

    static void set_strides(NpyArray& array, bool fortran) {
        // Unsigned, so that an absurd shape wraps around here; it is refused before a stride is used.
        const std::size_t n = array.shape.size();
        array.strides.assign(n, 1);
        for (std::size_t k = 1; k < n; ++k) {
            if (fortran)
                array.strides[k] = array.strides[k - 1] * array.shape[k - 1];
            else
                array.strides[n - 1 - k] = array.strides[n - k] * array.shape[n - k];
        }
    }

    std::string_view text_;
    std::size_t offset_;
    std::size_t at_ = 0;
};

template <class T>
T load(const NpyArray& array, std::size_t index) {
    const std::size_t at = index * sizeof(T);
    return array.big_endian ? load_be<T>(array.data, at) : load_le<T>(array.data, at);
}

/// Calls `body` with a function from the index of a value to that value.
template <class Body>
void with_values(const NpyArray& array, const Body& body) {
    const auto typed = [&]<class T>(T) { body([&array](std::size_t index) { return load<T>(array, index); }); };
    const bool whole = array.kind == 'i';
    switch (array.item_bytes) {
        case 1:
            return whole ? typed(std::int8_t{}) : typed(std::uint8_t{});
        case 2:
            return whole ? typed(std::int16_t{}) : typed(std::uint16_t{});
        case 4:
            return array.kind == 'f' ? typed(float{}) : whole ? typed(std::int32_t{}) : typed(std::uint32_t{});
        default:
            return array.kind == 'f' ? typed(double{}) : whole ? typed(std::int64_t{}) : typed(std::uint64_t{});
    }
}

/// Where part `n` of [N, rows, columns] lies.
struct Part {
    std::size_t offset = 0, rows = 0, columns = 0, row_stride = 0, column_stride = 0;
};

template <class T>
std::vector<T> take_part(const NpyArray& array, const Part& part) {
    std::vector<T> values;
    values.reserve(part.rows * part.columns);
    with_values(array, [&](const auto& value) {
        for (std::size_t r = 0; r < part.rows; ++r)
            for (std::size_t c = 0; c < part.columns; ++c) {
                const auto v = value(part.offset + r * part.row_stride + c * part.column_stride);
                values.push_back(static_cast<T>(v));
                if constexpr (std::is_same_v<T, float>) {
                    if (!std::isfinite(values.back()))
                        throw Error("bad_input",
                                    "frame " + std::to_string(r) + ", channel " + std::to_string(c) + " is not a finite number",
                                    "repair the array, or remove what is not finite");
                }
            }
    });
    return values;
}

SampleType sample_type(const NpyArray& array) {
    if (array.item_bytes == 1) return array.kind == 'i' ? SampleType::i16 : SampleType::u8;
    return array.kind == 'i' && array.item_bytes == 2 ? SampleType::i16 : SampleType::f32;
}

std::vector<Channel> channel_names(std::size_t count, const ReadOptions& options) {
    std::vector<Channel> channels;
    if (!options.channels.empty() && options.channels.size() != count)
        throw Error(
            "bad_input",
            "has " + std::to_string(count) + " channels, but " + std::to_string(options.channels.size()) + " names are given (channels)",
            "give each channel one name");
    for (std::size_t c = 0; c < count; ++c)
        channels.push_back({options.channels.empty() ? "channel_" + std::to_string(c + 1) : options.channels[c], ""});
    return channels;
}

Recording read_series(const NpyArray& array, const Part& part, const ReadOptions& options) {
    Recording recording;
    Signal& signal = recording.signal;
    signal.channels = channel_names(part.columns, options);
    signal.rate_hz = options.rate_hz;
    signal.frames = part.rows;
    switch (sample_type(array)) {
        case SampleType::u8:
            signal.values = take_part<std::uint8_t>(array, part);
            break;
        case SampleType::i16:
            signal.values = take_part<std::int16_t>(array, part);
            break;
        case SampleType::f32:
            signal.values = take_part<float>(array, part);
            break;
    }
    return recording;
}

Recording read_image(const NpyArray& array, std::size_t index) {
    const std::size_t height = array.shape[1], width = array.shape[2], channels = array.shape[3];
    std::vector<std::uint8_t> pixels;
    pixels.reserve(height * width * channels);
    const std::vector<std::size_t>& stride = array.strides;
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x)
            for (std::size_t c = 0; c < channels; ++c)
                pixels.push_back(load<std::uint8_t>(array, index * stride[0] + y * stride[1] + x * stride[2] + c * stride[3]));
    return image_recording(width, height, channels, std::move(pixels));
}

void set_frame_labels(Recording& recording, const std::vector<std::string>& labels) {
    std::vector<LabelSpan>& spans = recording.signal.labels;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (spans.empty() || spans.back().label != labels[i]) spans.push_back({i, i, labels[i]});
        spans.back().end = i + 1;
    }
    if (spans.size() == 1) {
        recording.label = spans[0].label;
        spans.clear();
    }
}

std::string shape_text(const std::vector<std::size_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

/// False for what is no Unicode character.
bool append_utf8(std::string& text, std::uint32_t code) {
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    const auto add = [&](std::uint32_t bits) { text += static_cast<char>(static_cast<unsigned char>(bits)); };
    if (code < 0x80) {
        add(code);
        return true;
    }
    const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    add((0xff00u >> (more + 1) & 0xffu) | code >> 6 * more);
    for (int i = more - 1; i >= 0; --i) add(0x80 | (code >> 6 * i & 0x3f));
    return true;
}

void check_finite(const NpyArray& array) {
    if (array.kind != 'f') return;
    with_values(array, [&](const auto& value) {
        for (std::size_t i = 0; i < array.count(); ++i)
            if (!std::isfinite(static_cast<float>(value(i))))
                throw Error("bad_input", "value " + std::to_string(i) + " is not a finite number",
                            "repair the array, or remove what is not finite");
    });
}

void check_use(const NpyArray& array, bool images, const ReadOptions& options) {
    if (array.kind == 'U' || array.kind == 'S')
        throw Error("unsupported", "holds text, not readings", "use it as the labels beside an array in an npz file");
    if (array.shape.empty() || (array.shape.size() > 3 && !images))
        throw Error("unsupported", "an array of shape " + shape_text(array.shape) + " is no recording",
                    "save it as [frames], [frames, channels], [N, frames, channels] or, of uint8, [N, height, width, 1 or 3]");
    if (array.data.empty()) throw Error("bad_input", "the shape " + shape_text(array.shape) + " holds no values", "leave it out");
    if (!images && !(options.rate_hz > 0)) check_finite(array);  // no rate would mend it
    if (!images && !(options.rate_hz > 0)) throw Error("bad_input", "an array tells no rate", "give the rate in Hz (rate_hz)");
    if (!images && array.shape.size() > 1 && array.shape.back() > 4096)
        throw Error("bad_input", "the shape " + shape_text(array.shape) + " declares more than 4096 channels",
                    "save it as [frames, channels]");
    if (array.count() > options.limit_bytes / size_of(sample_type(array)))
        throw Error("bad_input", "holds more than " + base::human_bytes(options.limit_bytes) + " of readings",
                    "split the array, or raise the size limit");
}

}  // namespace

bool is_npy(std::span<const std::byte> bytes) { return has_magic(bytes, magic); }

NpyArray parse_npy(std::span<const std::byte> bytes) {
    if (!is_npy(bytes)) throw Error("bad_input", "byte 0: is not a NumPy array", "save it with numpy.save");
    const auto cut = [] { return Error("bad_input", "is cut short inside its header", "copy the file again"); };
    if (bytes.size() < 12) throw cut();
    const auto version = std::to_integer<unsigned>(bytes[6]);
    if (version < 1 || version > 3)
        throw Error("unsupported", "byte 6: version " + std::to_string(version) + " of the format is not known", "save it with numpy.save");
    const std::size_t start = version == 1 ? 10 : 12;
    const std::size_t size = version == 1 ? load_le<std::uint16_t>(bytes, 8) : load_le<std::uint32_t>(bytes, 8);
    if (size > bytes.size() - start) throw cut();
    NpyArray array = HeaderReader(base::as_text(bytes.subspan(start, size)), start).read();
    const std::span<const std::byte> data = bytes.subspan(start + size);
    // Multiplied up only as far as the file reaches, so that no shape overflows.
    std::size_t needed = array.item_bytes;
    bool fits = true;
    for (const std::size_t dimension : array.shape) {
        fits = fits && (dimension == 0 || needed <= data.size() / dimension);
        needed = fits ? needed * dimension : 0;
    }
    if (std::find(array.shape.begin(), array.shape.end(), std::size_t{0}) != array.shape.end()) fits = true, needed = 0;
    if (!fits || needed != data.size())
        throw Error("bad_input",
                    "byte " + std::to_string(start) + ": the header declares the shape " + shape_text(array.shape) + " of " +
                        std::to_string(array.item_bytes) + " bytes a value, but " + std::to_string(data.size()) + " bytes follow",
                    "the file was cut short or damaged: save it again");
    array.data = data;
    return array;
}

std::vector<std::string> npy_labels(const NpyArray& array) {
    std::vector<std::string> labels;
    const bool list = array.shape.size() == 1 || (array.shape.size() == 2 && array.shape[1] == 1);
    if (!list || array.kind == 'f') return labels;
    labels.reserve(array.count());
    if (array.kind == 'S') {
        for (std::size_t i = 0; i < array.count(); ++i) {
            const std::string_view text = base::as_text(array.data.subspan(i * array.item_bytes, array.item_bytes));
            labels.emplace_back(text.substr(0, text.find('\0')));
            if (!base::is_utf8(labels.back())) return {};
        }
    } else if (array.kind == 'U') {
        for (std::size_t i = 0; i < array.count(); ++i) {
            std::string& text = labels.emplace_back();
            for (std::size_t k = 0; k < array.item_bytes / 4; ++k) {
                const auto code = load<std::uint32_t>(array, i * array.item_bytes / 4 + k);
                if (code == 0) break;
                if (!append_utf8(text, code)) return {};
            }
        }
    } else {
        with_values(array, [&](const auto& value) {
            for (std::size_t i = 0; i < array.count(); ++i) {
                // Truth values and the like count as numbers; a real number is no label, and was refused above.
                if constexpr (!std::is_floating_point_v<decltype(value(0))>) labels.push_back(std::to_string(value(i)));
            }
        });
    }
    return labels;
}

void read_npy(const NpyArray& array, const std::vector<std::string>& labels, const std::string& prefix, const ReadOptions& options,
              const Sink& sink) {
    const std::vector<std::size_t>& shape = array.shape;
    const bool images = shape.size() == 4 && array.kind == 'u' && array.item_bytes == 1 && (shape[3] == 1 || shape[3] == 3);
    check_use(array, images, options);
    const bool many = shape.size() >= 3;
    if (!labels.empty() && labels.size() != shape[0])
        throw Error("bad_input", std::to_string(labels.size()) + " labels stand beside an array of shape " + shape_text(shape),
                    "save one label for each");
    if (images) check_image_size(shape[2], shape[1], shape[3], options.limit_bytes);
    for (std::size_t n = 0; n < (many ? shape[0] : 1); ++n) {
        const std::string name = many ? prefix + (prefix.empty() ? "" : "/") + numbered(n, shape[0]) : prefix;
        Part part{0, shape[0], shape.size() > 1 ? shape[1] : 1, array.strides[0], shape.size() > 1 ? array.strides[1] : 0};
        if (many && !images) part = {n * array.strides[0], shape[1], shape[2], array.strides[1], array.strides[2]};
        Recording recording;
        try {
            recording = images ? read_image(array, n) : read_series(array, part, options);
        } catch (const Error& error) {
            if (!many) throw;
            throw error.at(name);
        }
        recording.name = name;
        if (many && !labels.empty()) recording.label = labels[n];
        if (!many) set_frame_labels(recording, labels);
        sink(std::move(recording));
    }
}

}  // namespace mote::store
