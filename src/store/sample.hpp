// What the store knows of one recording, apart from its values.
#pragma once

#include "base/hash.hpp"
#include "base/json.hpp"
#include "store/signal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mote::store {

/// Everything of a Signal but its values and labels.
struct Descriptor {
    SampleType type = SampleType::f32;
    std::vector<Channel> channels;
    double rate_hz = 0;
    std::size_t frames = 0;
    std::size_t height = 0;
    std::size_t width = 0;

    bool is_image() const { return height > 0; }
    std::size_t value_count() const { return frames * channels.size(); }
    std::size_t size_bytes() const { return value_count() * size_of(type); }
    /// Length in seconds, 0 for images and irregular series.
    double seconds() const { return rate_hz > 0 ? static_cast<double>(frames) / rate_hz : 0; }
    /// What recordings of one kind share: "audio", "accX,accY,accZ", "image: grey".
    std::string sensor() const;
};
/// "16000 Hz", "102.443 Hz".
std::string rate_text(double rate_hz);
Descriptor describe(const Signal& signal);
base::Json to_json(const Descriptor& descriptor);
Descriptor descriptor_from_json(const base::Json& json);

/// The words of the usual splits. Others are allowed ("shift"); val, valid, dev, training, testing are understood as these.
inline constexpr const char* split_train = "train";
inline constexpr const char* split_validation = "validation";
inline constexpr const char* split_test = "test";
std::string normal_split(std::string_view word);

/// What people may change about a sample. Each change is a new revision; none is ever overwritten.
struct Annotation {
    std::string label;             ///< empty: none
    std::string split;             ///< empty: in no split
    std::string group;             ///< speaker, subject, device: one group never lies in two splits; empty: none
    bool excluded = false;         ///< kept, but left out of snapshots
    bool removed = false;          ///< no longer listed; older snapshots still have it
    std::vector<LabelSpan> spans;  ///< labels inside a series
    base::Json metadata = base::Json::object();
};

struct Sample {
    std::int64_t row = 0;  ///< inside this store
    std::string id;        ///< 16 hex digits, made from name and content: the same in every store
    std::string name;      ///< unique among the samples that are not removed: "yes/1a2b.wav"
    std::string source;    ///< absolute path of the file it came from
    Descriptor descriptor;
    base::Hash object{};  ///< of the values
    std::int64_t revision = 0;
    Annotation annotation;
    std::vector<std::string> warnings;  ///< said by the format ("the time stamps are irregular")
};

/// Which samples a listing or an edit is about; empty fields do not restrict.
struct SampleFilter {
    std::vector<std::string> names;   ///< ids, names or shell patterns over names ("yes/*")
    std::vector<std::string> labels;  ///< also found when a span carries it; "" means without label
    std::vector<std::string> splits;
    std::string sensor;
    bool with_excluded = true;
    bool with_removed = false;
};

}  // namespace mote::store
