// The projects that `mote init` begins with, and mote.toml written with a comment a setting.
#include "app/config.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mote::app {

using base::Error;
using base::Json;

namespace {

Config keyword_template() {
    Config config;
    config.data.rate_hz = 16000, config.data.window_ms = 1000, config.data.stride_ms = 500;
    config.block = "mfe";
    config.learner = "ds_cnn";
    config.train.epochs = 100, config.train.patience = 0, config.train.ema = 0.999, config.train.mixup = 0.1;
    config.train.time_masks = 1, config.train.time_mask_width = 8, config.train.frequency_masks = 1, config.train.frequency_mask_width = 5;
    config.augment.gain_db = 6, config.augment.shift_ms = 100, config.augment.noise_probability = 0.5, config.augment.speed_percent = 8;
    return config;
}

Config motion_template() {
    Config config;
    config.data.window_ms = 1000, config.data.stride_ms = 500;
    config.block = "raw";
    config.learner = "conv_1d";
    config.train.epochs = 40, config.train.class_weights = "sqrt", config.train.ema = 0.995;
    config.augment.rotate_degrees = 30, config.augment.mirror = true, config.augment.gain_db = 1, config.augment.speed_percent = 10;
    return config;
}

Config image_template() {
    Config config;
    config.data.image_width = 32, config.data.image_height = 32;
    config.block = "image";
    config.learner = "ds_cnn";
    config.train.epochs = 30, config.train.ema = 0.999;
    config.augment.shift_pixels = 3, config.augment.mirror = true;
    return config;
}

Config sensor_template() {
    Config config;
    config.data.window_ms = 2000, config.data.stride_ms = 1000;
    config.block = "flatten";
    config.learner = "dense";
    config.train.epochs = 60;
    config.augment.gain_db = 0.5;
    return config;
}

struct Template {
    const char* name;
    Config (*make)();
};
constexpr Template all_templates[] = {
    {"keyword", keyword_template}, {"motion", motion_template}, {"image", image_template}, {"sensor", sensor_template}};

std::string toml_value(const Json& value) {
    if (value.is_number_float()) return base::exact(value.get<double>());
    if (!value.is_array()) return value.dump();
    std::string text;
    for (const auto& item : value) text += (text.empty() ? "" : ", ") + toml_value(item);
    return "[" + text + "]";
}

std::string remark(std::string_view help, std::string_view unit, std::string choices) {
    std::string text(help);
    if (!choices.empty()) {
        for (std::size_t at = 0; (at = choices.find('|', at)) != std::string::npos; at += 2) choices.replace(at, 1, ", ");
        text += (text.empty() ? "" : ": ") + choices;
    }
    if (!unit.empty()) text += (text.empty() ? "" : ", ") + std::string(unit);
    return text;
}

void line(std::string& out, const std::string& setting, const std::string& comment) {
    out += setting;
    if (!comment.empty()) out += std::string(setting.size() < 32 ? 32 - setting.size() : 1, ' ') + "# " + comment;
    out += "\n";
}

template <class Settings>
void section(std::string& out, const char* name, const char* about, const Settings& settings) {
    out += std::string("\n[") + name + "]" + (*about ? std::string("  # ") + about : "") + "\n";
    base::for_each_field<Settings>([&](const auto& f) {
        line(out, std::string(f.name) + " = " + toml_value(base::to_json(settings.*(f.member))),
             remark(f.help, f.unit_name, std::string(f.choice_list)));
    });
}

void item_section(std::string& out, const char* name, const char* about, const char* key, const std::string& item, const Json& parameters,
                  const char* comment) {
    out += std::string("\n[") + name + "]  # " + about + "\n";
    line(out, std::string(key) + " = " + toml_value(item), comment);
    for (const auto& [parameter, value] : parameters.items()) line(out, parameter + " = " + toml_value(value), "");
}

}  // namespace

const std::vector<std::string>& template_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const auto& item : all_templates) list.emplace_back(item.name);
        return list;
    }();
    return names;
}

Config template_config(std::string_view name, std::string_view project_name) {
    for (const auto& item : all_templates) {
        if (name != item.name) continue;
        Config config = item.make();
        config.project.name = std::string(project_name);
        return config;
    }
    const std::string near = base::did_you_mean(name, template_names());
    throw Error("usage", "there is no template \"" + std::string(name) + "\"",
                near.empty() ? "the templates are " + base::join(template_names(), ", ") : near);
}

std::string commented_toml(const Config& config) {
    std::string out = "# What this project learns, and how. `mote train` reads it; every run keeps a copy of what it read.\n";
    section(out, "project", "", config.project);
    section(out, "data", "which part of the recordings a model sees", config.data);
    item_section(out, "features", "signal processing in front of the model", "block", config.block, config.block_parameters,
                 "`mote blocks` lists the blocks and their settings");
    item_section(out, "model", "what is trained", "learner", config.learner, config.learner_parameters,
                 "`mote blocks` lists the learners and their settings");
    section(out, "train", "", config.train);
    section(out, "augment", "changes of the raw training windows, new in each epoch; 0 or false: off", config.augment);
    section(out, "quantise", "from float to 8 bits", config.quantise);
    section(out, "target", "the chip", config.target);
    return out;
}

}  // namespace mote::app
