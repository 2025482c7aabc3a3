// mote.toml: what a person edits. Every setting is described once here; reading, checking and the commented template come from that.
#pragma once

#include "base/fields.hpp"
#include "base/json.hpp"
#include "codegen/listen.hpp"
#include "compress/quantise.hpp"
#include "learn/augment.hpp"
#include "learn/learner.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mote::app {

struct ProjectSettings {
    std::string name = "project";
    std::uint32_t seed = 1;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("name", &ProjectSettings::name, "what the project is called"),
                               field("seed", &ProjectSettings::seed, "every random choice follows from this number"));
    }
};

struct DataSettings {
    std::vector<std::string> sensors;
    double rate_hz = 0;
    double window_ms = 1000;
    double stride_ms = 0;
    int train_density = 1;
    std::string label_mode = "majority";
    double minimum_share = 0.5;
    std::string short_recordings = "pad";
    std::string long_recordings = "slide";
    int image_width = 0;
    int image_height = 0;
    std::string image_fit = "squash";
    std::vector<std::string> labels;
    std::vector<std::string> ignore;

    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("sensors", &DataSettings::sensors, "channels to use, in this order; empty: all"),
            field("rate_hz", &DataSettings::rate_hz, "series are resampled to this rate; 0: they stay as recorded")
                .range(0, 1e7)
                .unit("Hz"),
            field("window_ms", &DataSettings::window_ms, "length of one window; a model sees one window at a time")
                .range(0.001, 1e9)
                .unit("ms"),
            field("stride_ms", &DataSettings::stride_ms, "from the start of one window to the next; 0: one window length")
                .range(0, 1e9)
                .unit("ms"),
            field("train_density", &DataSettings::train_density,
                  "training windows begin this many times as often; validation and test keep to stride_ms")
                .range(1, 64),
            field("label_mode", &DataSettings::label_mode, "which label a window gets where several lie in it")
                .choices("majority|end|anywhere|share"),
            field("minimum_share", &DataSettings::minimum_share, "the share of a window that label_mode = \"share\" asks for").range(0, 1),
            field("short_recordings", &DataSettings::short_recordings,
                  "recordings shorter than a window: zeros after, zeros on both sides, none")
                .choices("pad|centre|drop"),
            field("long_recordings", &DataSettings::long_recordings,
                  "longer recordings: windows by stride, or one window: start, centre, loudest")
                .choices("slide|start|centre|loudest"),
            field("image_width", &DataSettings::image_width, "images are resized to this; 0: they stay as they are")
                .range(0, 4096)
                .unit("pixels"),
            field("image_height", &DataSettings::image_height, "in both directions").range(0, 4096).unit("pixels"),
            field("image_fit", &DataSettings::image_fit,
                  "squash (aspect ratio lost), crop (middle of the long side) or pad (black beside it)")
                .choices("squash|crop|pad"),
            field("labels", &DataSettings::labels, "classes, in the order of the model's outputs; empty: all, sorted"),
            field("ignore", &DataSettings::ignore, "labels to leave out"));
    }
};

using learn::AugmentSettings;

struct TargetSettings {
    std::string board = "nrf52840";
    std::uint64_t flash_bytes = 0;
    std::uint64_t ram_bytes = 0;
    std::uint64_t macs = 0;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("board", &TargetSettings::board, "the chip; `mote targets` lists them"),
            field("flash_bytes", &TargetSettings::flash_bytes, "the model may take this much flash; 0: what the board has").unit("bytes"),
            field("ram_bytes", &TargetSettings::ram_bytes, "and this much RAM; 0: what the board has").unit("bytes"),
            field("macs", &TargetSettings::macs, "and this many multiplications an inference; 0: no limit"));
    }
};

struct Config {
    ProjectSettings project;
    DataSettings data;
    std::string block = "raw";                             ///< [features] block
    base::Json block_parameters = base::Json::object();    ///< the rest of [features], as given
    std::string learner = "dense";                         ///< [model] learner
    base::Json learner_parameters = base::Json::object();  ///< the rest of [model], as given
    learn::TrainOptions train;
    AugmentSettings augment;
    compress::QuantiseOptions quantise;
    TargetSettings target;
    codegen::Listen listen;  ///< what happens with a model's outputs; decides nothing about the model
};

/// The same keys as mote.toml, everything given or not: what is hashed and recorded with a run.
base::Json to_json(const Config& config);
/// Strict: an unknown section or key, a wrong type, a value out of range throw Error "bad_input" as "WHERE: section.key ...".
/// Parameters of blocks and learners are checked when these are prepared.
Config config_from_json(const base::Json& json, std::string_view where);
/// Reads FOLDER/mote.toml and lays `overrides` ("train.epochs" -> "10") over it.
Config read_config(const std::filesystem::path& folder, const std::map<std::string, std::string>& overrides = {});

/// "keyword", "motion", "image", "sensor".
const std::vector<std::string>& template_names();
/// Throws Error "usage" with the nearest name.
Config template_config(std::string_view name, std::string_view project_name);
/// mote.toml with a comment a setting.
std::string commented_toml(const Config& config);

}  // namespace mote::app
