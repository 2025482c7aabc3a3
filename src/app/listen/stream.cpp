#include "app/listen/stream.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/ingest.hpp"
#include "store/store.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mote::app::listen {

using base::Error;

namespace {

constexpr double lowest_sound_rate_hz = 2000;
constexpr std::int64_t hiss_block = 16000;
constexpr int stream_version = 1;  // part of the identity: raise it when the same pieces give other values

/// Shuffled cards; shuffled anew when all were drawn.
class Deck {
  public:
    /// A card for every `part` frames that a clip has, so that the time each gets is in proportion to its length.
    Deck(const std::vector<Clip>& clips, std::int64_t part, base::Random random) : random_(random) {
        for (std::size_t i = 0; i < clips.size(); ++i)
            order_.insert(order_.end(), static_cast<std::size_t>(std::max<std::int64_t>(1, (clips[i].end - clips[i].begin) / part)), i);
        next_ = order_.size();
    }
    std::size_t draw() {
        if (next_ == order_.size()) random_.shuffle(std::span(order_)), next_ = 0;
        return order_[next_++];
    }

  private:
    std::vector<std::size_t> order_;
    base::Random random_;
    std::size_t next_;
};

bool is_sound(const dsp::InputSpec& input) { return input.type == store::SampleType::i16 && input.rate_hz >= lowest_sound_rate_hz; }

}  // namespace

Material split_material(const DataPlan& plan, std::string_view split, const std::vector<std::string>& background) {
    if (plan.input.height > 0 || plan.input.rate_hz <= 0)
        throw Error("unsupported", "listening needs a series with a rate; these are images", "mote test judges images one by one");
    (void)plan.split(split);  // known and not empty
    Material material;
    material.input = plan.input;
    std::vector<std::vector<Clip>> kinds(background.size());
    const auto& samples = plan.data->samples();
    const auto add = [&](std::size_t sample, std::int64_t begin, std::int64_t end, const std::string& label) {
        const auto found = std::find(plan.labels.begin(), plan.labels.end(), label);
        if (found == plan.labels.end() || begin >= end) return;
        const auto quiet = std::find(background.begin(), background.end(), label);
        Clip clip{plan.data.get(), sample, begin, end, -1};
        if (samples[sample].annotation.metadata.value("kind", "") == "near_miss")
            material.near_misses.push_back(clip);
        else if (quiet == background.end())
            clip.label = static_cast<int>(found - plan.labels.begin()), material.events.push_back(clip);
        else
            kinds[static_cast<std::size_t>(quiet - background.begin())].push_back(clip);
    };
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (samples[i].annotation.split != split) continue;
        const auto spans = plan.data->spans(i);
        for (const auto& span : spans) add(i, static_cast<std::int64_t>(span.begin), static_cast<std::int64_t>(span.end), span.label);
        if (spans.empty()) add(i, 0, static_cast<std::int64_t>(plan.data->frames(i)), samples[i].annotation.label);
    }
    for (auto& kind : kinds)
        if (!kind.empty()) material.background.push_back(std::move(kind));
    if (material.events.empty())
        throw Error("not_found", "the " + std::string(split) + " split has no recording of a label that makes an event",
                    "mote data split puts recordings into splits; [listen] background in mote.toml says which labels are none");
    return material;
}

void add_folder(Material& material, const std::filesystem::path& folder, const std::filesystem::path& cache, base::Progress& progress,
                const base::Cancel& cancel) {
    const std::string name = base::hex(base::sha256(std::filesystem::absolute(folder).lexically_normal().string()));
    auto folder_data = std::make_shared<FolderData>(FolderData{store::Store::open(cache / name.substr(0, 16)), nullptr});
    store::Store& store = folder_data->store;
    store::IngestOptions options;
    options.label_from = "none", options.split_from = "none", options.mixed_rates = true;
    const std::filesystem::path paths[] = {folder};
    const auto report = store::ingest(store, paths, options, progress, cancel);
    std::vector<store::Sample> samples = store.samples();
    std::erase_if(samples, [](const store::Sample& sample) { return !std::filesystem::exists(sample.source); });
    if (samples.empty())
        throw Error(
            "bad_input", folder.string() + ": no recording was found there",
            report.bad.empty() ? "name a folder of wav, flac or csv files" : report.bad.front().file + ": " + report.bad.front().message);
    store::DatasetOptions wanted;
    for (const auto& channel : material.input.channels) wanted.channels.push_back(channel);
    wanted.rate_hz = material.input.rate_hz, wanted.with_unlabelled = true;
    // One whole channel is the project's, whatever it is called there.
    if (material.input.channels.size() == 1) wanted.channels.clear();
    auto data = std::make_unique<const store::Dataset>(store, std::move(samples), wanted);
    if (data->window().type != material.input.type || data->window().channels.size() != material.input.channels.size())
        throw Error("bad_input", folder.string() + ": its recordings are of another kind than the project's",
                    "name a folder of the same sensor");
    std::vector<Clip> kind;
    for (std::size_t i = 0; i < data->samples().size(); ++i)
        kind.push_back({data.get(), i, 0, static_cast<std::int64_t>(data->frames(i)), -1});
    material.background.push_back(std::move(kind));
    folder_data->data = std::move(data);
    material.owned.push_back(std::move(folder_data));
}

Stream::Stream(Material material, const StreamSettings& settings)
    : material_(std::move(material)), seed_(settings.seed), is_sound_(is_sound(material_.input)) {
    auto quiet = material_.background;
    quiet.push_back(material_.near_misses);
    for (const auto& kind : quiet)
        for (const Clip& clip : kind)
            ++background_recordings_, background_minutes_ += static_cast<double>(clip.end - clip.begin) / material_.input.rate_hz / 60;
    lay_out(settings);
    identity_ = identify();
}

void Stream::place(const Clip* clip, std::int64_t most_frames, base::Random& random) {
    Piece piece;
    piece.begin = frames_, piece.clip = clip, piece.frames = most_frames;
    if (clip) {
        const std::int64_t length = clip->end - clip->begin;
        piece.frames = std::min(length, most_frames), piece.from = clip->begin;
        if (length > most_frames)
            piece.from += static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(length - most_frames) + 1));
        if (is_sound_) piece.gain = static_cast<float>(std::pow(10.0, random.uniform(-6, 6) / 20));
        if (clip->label >= 0) truth_.push_back({piece.begin, piece.begin + piece.frames, clip->label});
    }
    frames_ += piece.frames;
    pieces_.push_back(piece);
}

void Stream::lay_out(const StreamSettings& settings) {
    const double rate = material_.input.rate_hz, window_s = static_cast<double>(material_.input.frames) / rate;
    const auto window = static_cast<std::int64_t>(material_.input.frames);
    const auto wanted = static_cast<std::int64_t>(settings.hours * 3600 * rate);
    const double shortest_s = settings.shortest_gap_s > 0 ? settings.shortest_gap_s : 2 * window_s;
    const double longest_s = std::max(shortest_s, settings.longest_gap_s > 0 ? settings.longest_gap_s : 20 * window_s);
    base::Random random = base::Random(settings.seed).fork("stream");
    Deck events(material_.events, 4 * window, random.fork("events"));
    std::vector<Deck> kinds;
    for (std::size_t k = 0; k < material_.background.size(); ++k)
        kinds.emplace_back(material_.background[k], 10 * window, random.fork("background", k));
    Deck near_misses(material_.near_misses, window, random.fork("near misses"));
    const bool has_near_misses = !material_.near_misses.empty() && settings.near_misses_per_hour > 0;
    double next_near_miss_s = 0;
    const auto wait = [&] { next_near_miss_s += -std::log(1 - random.uniform()) * 3600 / settings.near_misses_per_hour; };
    if (has_near_misses) wait();
    while (frames_ < wanted) {
        const std::int64_t gap_end = frames_ + static_cast<std::int64_t>(random.uniform(shortest_s, longest_s) * rate);
        // Without background, one event follows the other: what is judged is which of them it is.
        while (!kinds.empty() && frames_ < gap_end) {
            if (has_near_misses && static_cast<double>(frames_) >= next_near_miss_s * rate) {
                place(&material_.near_misses[near_misses.draw()], 4 * window, random);
                wait();
                continue;
            }
            const std::size_t kind = random.below(kinds.size() + (is_sound_ ? 1 : 0));
            const std::size_t at_most = std::min<std::size_t>(kind, kinds.size() - 1);
            if (kind == kinds.size())
                place(nullptr, static_cast<std::int64_t>(random.uniform(0.3, 2) * static_cast<double>(window)), random);
            else
                place(&material_.background[at_most][kinds[at_most].draw()], 10 * window, random);
        }
        place(&material_.events[events.draw()], 4 * window, random);
    }
}

base::Hash Stream::identify() const {
    base::Hasher hasher;
    const base::Json head = {{"version", stream_version}, {"input", dsp::to_json(material_.input)}, {"seed", seed_}, {"frames", frames_}};
    hasher.update(base::canonical_json(head));
    for (const Piece& piece : pieces_) {
        if (piece.clip) hasher.update(std::as_bytes(std::span(piece.clip->data->samples()[piece.clip->sample].object)));
        const std::int64_t numbers[] = {piece.begin, piece.frames, piece.from, std::llround(piece.gain * 1e6f)};
        hasher.update(std::as_bytes(std::span(numbers)));
    }
    return hasher.finish();
}

void Stream::add_piece(const Piece& piece, std::int64_t begin, std::span<std::int16_t> out) const {
    const std::size_t channels = material_.input.channels.size();
    const auto fade = static_cast<std::int64_t>(material_.input.rate_hz / 100);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::int64_t frame = begin + static_cast<std::int64_t>(i / channels);
        const std::int64_t from_end = std::min(frame + 1, piece.frames - frame);
        const float ramp = from_end >= fade ? 1.0f : static_cast<float>(from_end) / static_cast<float>(fade);
        out[i] = static_cast<std::int16_t>(std::lrint(std::clamp(static_cast<float>(out[i]) * piece.gain * ramp, -32768.0f, 32767.0f)));
    }
}

void Stream::add_hiss(std::int64_t begin, std::span<std::int16_t> out) const {
    const auto channels = static_cast<std::int64_t>(material_.input.channels.size());
    const auto count = static_cast<std::int64_t>(out.size()) / channels;
    std::vector<float> values(static_cast<std::size_t>(hiss_block * channels));
    for (std::int64_t block = begin / hiss_block; block * hiss_block < begin + count; ++block) {
        base::Random random = base::Random(seed_).fork("hiss", static_cast<std::uint64_t>(block));
        const double level = 32768 * std::pow(10.0, random.uniform(-80, -55) / 20);
        for (float& value : values) value = static_cast<float>(level * random.normal());
        const std::int64_t from = std::max(begin, block * hiss_block), to = std::min(begin + count, (block + 1) * hiss_block);
        for (std::int64_t i = from * channels; i < to * channels; ++i) {
            std::int16_t& value = out[static_cast<std::size_t>(i - begin * channels)];
            const float sum = static_cast<float>(value) + values[static_cast<std::size_t>(i - block * hiss_block * channels)];
            value = static_cast<std::int16_t>(std::lrint(std::clamp(sum, -32768.0f, 32767.0f)));
        }
    }
}

std::string Stream::recording_at(std::int64_t frame) const {
    auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), frame, [](std::int64_t at, const Piece& p) { return at < p.begin; });
    if (piece == pieces_.begin() || frame >= frames_) return "";
    --piece;
    return piece->clip ? piece->clip->data->samples()[piece->clip->sample].name : "";
}

void Stream::read(std::int64_t begin, std::span<std::byte> out) const {
    const std::size_t frame_bytes = material_.input.channels.size() * store::size_of(material_.input.type);
    const auto end = std::min(frames_, begin + static_cast<std::int64_t>(out.size() / frame_bytes));
    std::fill(out.begin(), out.end(), std::byte{0});
    auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), begin, [](std::int64_t at, const Piece& p) { return at < p.begin; });
    if (piece != pieces_.begin()) --piece;
    for (; piece != pieces_.end() && piece->begin < end; ++piece) {
        const std::int64_t from = std::max(begin, piece->begin), to = std::min(end, piece->begin + piece->frames);
        if (!piece->clip || from >= to) continue;
        const auto target =
            out.subspan(static_cast<std::size_t>(from - begin) * frame_bytes, static_cast<std::size_t>(to - from) * frame_bytes);
        piece->clip->data->read_frames(piece->clip->sample, piece->from + from - piece->begin, target);
        if (is_sound_)
            add_piece(*piece, from - piece->begin, {reinterpret_cast<std::int16_t*>(target.data()), target.size() / sizeof(std::int16_t)});
    }
    if (is_sound_ && end > begin)
        add_hiss(begin,
                 {reinterpret_cast<std::int16_t*>(out.data()), static_cast<std::size_t>(end - begin) * material_.input.channels.size()});
}

}  // namespace mote::app::listen
