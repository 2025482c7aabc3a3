// MATLAB level 4 files (MathWorks, "MAT-File Format", appendix): matrices one after the other. PhysioNet's recordings come so.
#include "store/byte_reader.hpp"
#include "store/npy_array.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace mote::store::formats {

namespace {

using base::Error;

constexpr std::size_t header_bytes = 20;

struct Header {
    std::uint32_t precision = 0;  ///< the P of the type MOPT
    std::uint32_t rows = 0;
    std::uint32_t columns = 0;
    std::string name;
    std::size_t data_begin = 0;
};

/// The header of a full real matrix at `at`, or nothing.
std::optional<Header> parse_header(std::span<const std::byte> bytes, std::size_t at) {
    if (bytes.size() < at || bytes.size() - at < header_bytes) return std::nullopt;
    const auto word = [&](std::size_t i) { return load_le<std::uint32_t>(bytes, at + 4 * i); };
    const std::uint32_t type = word(0), name_bytes = word(4);
    // M 0 little-endian, O 0, P 0 to 5, T 0 full; text and sparse matrices are no recordings.
    if (type > 50 || type % 10 != 0 || word(3) != 0 || name_bytes < 2 || name_bytes > 64) return std::nullopt;
    if (bytes.size() - at - header_bytes < name_bytes) return std::nullopt;
    Header header{type / 10, word(1), word(2), std::string(base::as_text(bytes.subspan(at + header_bytes, name_bytes - 1))),
                  at + header_bytes + name_bytes};
    const bool identifier =
        std::all_of(header.name.begin(), header.name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
    if (!identifier || bytes[header.data_begin - 1] != std::byte{0}) return std::nullopt;
    return header;
}

/// A matrix is stored column by column, and its longer side is time: [1, 9000] and [9000, 1] are one channel of 9000 frames.
NpyArray view_of(const Header& header) {
    static constexpr std::pair<char, std::size_t> types[] = {{'f', 8}, {'f', 4}, {'i', 4}, {'i', 2}, {'u', 2}, {'u', 1}};
    NpyArray array;
    array.kind = types[header.precision].first;
    array.item_bytes = types[header.precision].second;
    const bool time_in_columns = header.columns >= header.rows;
    array.shape =
        time_in_columns ? std::vector<std::size_t>{header.columns, header.rows} : std::vector<std::size_t>{header.rows, header.columns};
    array.strides = time_in_columns ? std::vector<std::size_t>{header.rows, 1} : std::vector<std::size_t>{1, header.rows};
    return array;
}

bool match(std::string_view, std::span<const std::byte> head) { return parse_header(head, 0).has_value(); }

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    if (bytes.empty()) throw Error("bad_input", "is empty", "leave it out, or record it again");
    for (std::size_t at = 0; at < bytes.size();) {
        const std::string place = "byte " + std::to_string(at) + ": ";
        const auto header = parse_header(bytes, at);
        if (!header)
            throw Error("bad_input", place + "no real matrix of a MATLAB level 4 file begins here",
                        "save it with -v4, as one matrix of readings, or convert it to npy or csv");
        NpyArray array = view_of(*header);
        const std::uint64_t left = bytes.size() - header->data_begin, values = std::uint64_t{header->rows} * header->columns;
        if (values > left / array.item_bytes)
            throw Error("bad_input",
                        place + "the header declares " + std::to_string(header->rows) + " x " + std::to_string(header->columns) +
                            " values, but only " + std::to_string(left) + " bytes follow",
                        "the file was cut short or damaged: copy it again");
        array.data = bytes.subspan(header->data_begin, static_cast<std::size_t>(values) * array.item_bytes);
        const std::size_t end = header->data_begin + array.data.size();
        // The one matrix of a file is the recording; of several, each has its own name.
        read_npy(array, {}, at == 0 && end == bytes.size() ? "" : header->name, options, sink);
        at = end;
    }
}

}  // namespace

const Format& mat() {
    static const Format format{
        .name = "mat", .help = "matrices of a MATLAB level 4 file", .extensions = {".mat"}, .match = match, .read = read};
    return format;
}

}  // namespace mote::store::formats
