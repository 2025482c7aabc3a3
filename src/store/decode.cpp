#include "store/decode.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mote::store {

namespace {

using base::Error;

constexpr int decoder_version = 2;  // raise it when a format reads the same bytes differently
constexpr std::size_t head_bytes = 4096;
constexpr std::size_t most_channels = 4096;

std::string extension_of(std::string_view name) {
    const std::size_t dot = name.find_last_of('.');
    return dot == std::string_view::npos ? "" : base::lower(name.substr(dot));
}

/// Names that sensor data and anything else share: such a file that no format knows is passed over, not refused.
bool is_common_extension(const std::string& extension) {
    static constexpr std::array<const char*, 4> common{".txt", ".json", ".gz", ".bin"};
    return std::find(common.begin(), common.end(), extension) != common.end();
}

const Format* format_by_extension(const std::string& extension) {
    for (const Format* format : file_formats())
        if (std::find(format->extensions.begin(), format->extensions.end(), extension) != format->extensions.end()) return format;
    return nullptr;
}

bool exists_beside(const WalkedFile& file, const std::string& name, const Walk& walk) {
    return walk.present.count(std::string(file.folder()) + "/" + name) > 0;
}

Loaded unknown(const WalkedFile& file) {
    const std::string extension = extension_of(file.file_name());
    const Format* claimed = format_by_extension(extension);
    if (claimed && !is_common_extension(extension)) {
        if (file.size == 0) throw Error("bad_input", "is empty", "record or copy it again, or leave it out");
        throw Error("bad_input", "byte 0: is no " + std::string(claimed->name) + " file, whatever its name says",
                    "export it again, give it its right extension, or leave it out (exclude)");
    }
    Loaded loaded;
    loaded.kind = Loaded::Kind::skipped;
    return loaded;
}

/// A part's name becomes part of a sample's name: nothing that climbs out of anywhere may stand in it.
void check_part(const std::string& part) {
    if (!base::is_utf8(part)) throw Error("bad_input", printable(part) + ": its name is not UTF-8", "rename it inside the file");
    bool climbs = part.starts_with("/") || part.find('\0') != std::string::npos;
    for (const std::string& step : base::split(part, '/')) climbs |= step == "..";
    if (climbs)
        throw Error("bad_input", printable(part) + ": its name leads out of the file",
                    "make the archive again without \"..\" and absolute names");
}

void check_values(const Signal& signal) {
    const auto* values = std::get_if<std::vector<float>>(&signal.values);
    if (!values) return;
    const auto bad = std::find_if(values->begin(), values->end(), [](float v) { return !std::isfinite(v); });
    if (bad == values->end()) return;
    const auto at = static_cast<std::size_t>(bad - values->begin());
    const Channel& channel = signal.channels[at % signal.channels.size()];
    throw Error("bad_input",
                "row " + std::to_string(at / signal.channels.size() + 1) + ", channel \"" + channel.name + "\": the value is " +
                    (std::isnan(*bad) ? "not a number" : "infinite"),
                "repair or remove the row");
}

void check_signal(const Signal& signal) {
    if (signal.channels.empty() || signal.frames == 0) throw Error("bad_input", "holds no values", "record it again, or leave it out");
    if (signal.channels.size() > most_channels)
        throw Error("bad_input", "has " + std::to_string(signal.channels.size()) + " channels", "split it, or name the channels to read");
    const std::size_t values = std::visit([](const auto& v) { return v.size(); }, signal.values);
    const bool image_fits = !signal.is_image() || (signal.width > 0 && signal.frames / signal.width == signal.height);
    if (values != signal.value_count() || !image_fits)
        throw Error("internal", "its decoder gave " + std::to_string(values) + " values for " + std::to_string(signal.value_count()),
                    "please report this");
    if (!std::isfinite(signal.rate_hz) || signal.rate_hz < 0)
        throw Error("bad_input", "its rate is " + base::exact(signal.rate_hz) + " Hz", "give the rate (rate_hz)");
    for (const Channel& channel : signal.channels)
        if (!base::is_utf8(channel.name) || !base::is_utf8(channel.unit))
            throw Error("bad_input", "a channel's name is not UTF-8", "rename the channel");
    std::size_t end = 0;
    for (const LabelSpan& span : signal.labels) {
        if (span.begin < end || span.end <= span.begin || span.end > signal.frames || !base::is_utf8(span.label))
            throw Error("bad_input", "its label at frame " + std::to_string(span.begin) + " is out of order, too long or not UTF-8",
                        "correct the labels");
        end = span.end;
    }
    check_values(signal);
}

ReadOptions read_options(const IngestOptions& options) {
    ReadOptions read;
    read.rate_hz = options.rate_hz;
    read.channels = options.channels;
    read.time_column = options.time_column;
    read.time_unit = options.time_unit;
    read.label_column = options.label_column;
    read.hmac_key = options.hmac_key;
    read.limit_bytes = options.limit_bytes;
    return read;
}

Decoded checked(Recording&& recording) {
    check_part(recording.name);
    const auto named = [&](const Error& error) { return recording.name.empty() ? error : error.at(recording.name); };
    try {
        check_signal(recording.signal);
        if (recording.label && !base::is_utf8(*recording.label)) throw Error("bad_input", "its label is not UTF-8", "correct the label");
        recording.metadata.dump();  // throws for text that is not UTF-8
    } catch (const Error& error) {
        throw named(error);
    } catch (const nlohmann::json::exception&) {
        throw named(Error("bad_input", "its metadata is not UTF-8", "correct the metadata"));
    }
    Decoded out;
    out.part = std::move(recording.name);
    out.descriptor = describe(recording.signal);
    out.object = base::sha256(recording.signal.bytes());
    out.label = std::move(recording.label);
    out.spans = std::move(recording.signal.labels);
    out.metadata = std::move(recording.metadata);
    out.warnings = std::move(recording.warnings), out.remarks = std::move(recording.remarks);
    out.signal = std::move(recording.signal);
    return out;
}

}  // namespace

Loaded load(const WalkedFile& file, const Walk& walk, const IngestOptions& options) {
    if (file.size == 0) return unknown(file);
    if (file.size > options.limit_bytes)
        throw Error("bad_input", "is " + base::human_bytes(file.size) + ", the limit is " + base::human_bytes(options.limit_bytes),
                    "split it, or raise limit_bytes");
    Loaded loaded;
    loaded.bytes = base::read_file(file.path, options.limit_bytes);
    const std::string name(file.file_name());
    loaded.format = find_format(name, std::span(loaded.bytes).first(std::min(loaded.bytes.size(), head_bytes)));
    if (!loaded.format) return unknown(file);
    if (loaded.format->companion_of)
        for (const std::string& owner : loaded.format->companion_of(name))
            if (exists_beside(file, owner, walk)) {
                loaded.kind = Loaded::Kind::companion;
                return loaded;
            }
    base::Hasher hasher;
    hasher.update(loaded.bytes);
    if (loaded.format->companion_names)
        for (const std::string& companion : loaded.format->companion_names(name)) {
            if (!exists_beside(file, companion, walk)) continue;
            base::Bytes bytes = base::read_file(std::string(file.folder()) + "/" + companion, options.limit_bytes);
            hasher.update("\n" + companion + "\n").update(bytes);
            loaded.companions.emplace(companion, std::move(bytes));
        }
    loaded.hash = hasher.finish();
    return loaded;
}

void decode(const WalkedFile& file, const Loaded& loaded, const IngestOptions& options, const std::function<void(Decoded&&)>& sink,
            const std::function<void(const base::Error&)>& on_bad) {
    ReadOptions read = read_options(options);
    for (const auto& [name, bytes] : loaded.companions) read.companions[name] = bytes;
    read.on_bad_member = on_bad;
    std::size_t count = 0;
    loaded.format->read(file.file_name(), loaded.bytes, read, [&](Recording&& recording) {
        ++count;
        const bool is_part = !recording.name.empty();
        try {
            sink(checked(std::move(recording)));
        } catch (const Error& error) {
            // A bad part leaves the others alone; a file that is one recording is refused as a whole.
            if (!is_part || error.code() != "bad_input") throw;
            on_bad(error);
        }
    });
    if (count == 0) on_bad(Error("bad_input", "holds no recording", "record it again, or leave it out"));
}

std::string read_key(const IngestOptions& options) {
    const base::Json json = {{"version", decoder_version},
                             {"rate_hz", options.rate_hz},
                             {"channels", options.channels},
                             {"time_column", options.time_column},
                             {"time_unit", options.time_unit},
                             {"label_column", options.label_column},
                             {"hmac_key", base::hex(base::sha256(options.hmac_key))},
                             {"limit_bytes", options.limit_bytes}};
    return base::hex(base::sha256(base::canonical_json(json)));
}

void add_companion_states(Walk& walk) {
    for (WalkedFile& file : walk.files)
        for (const Format* format : file_formats()) {
            if (!format->companion_names) continue;
            for (const std::string& name : format->companion_names(file.file_name()))
                if (const auto at = walk.present.find(std::string(file.folder()) + "/" + name); at != walk.present.end())
                    file.state += "+" + at->second;
        }
}

}  // namespace mote::store
