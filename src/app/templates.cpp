// The projects that `mote init` begins with, and mote.toml written with a comment a setting.
#include "app/config.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "dsp/block.hpp"
#include "learn/recipes.hpp"

#include <algorithm>

namespace mote::app {

using base::Error;
using base::Json;

namespace {

/// A project that starts from a recipe: settings known to work together.
Config from_recipe(std::string_view name) {
    const learn::Recipe& recipe = learn::find_recipe(name);
    Config config;
    config.data.rate_hz = recipe.rate_hz;
    if (recipe.window_ms > 0) config.data.window_ms = recipe.window_ms, config.data.stride_ms = recipe.stride_ms;
    config.data.train_density = recipe.train_density;
    config.block = recipe.block, config.block_parameters = recipe.block_parameters;
    config.learner = recipe.learner, config.learner_parameters = recipe.learner_parameters;
    config.train = recipe.train, config.augment = recipe.augment;
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

constexpr const char* sensor = "sensor";

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
    for (const base::AnyField& field : base::fields_of<Settings>())
        line(out, std::string(field.name) + " = " + toml_value(field.type().write(field.of(&settings))),
             remark(field.help, field.unit_name, std::string(field.choice_list)));
}

/// The item and its settings: those given as they are, the others as comments with their defaults.
void item_section(std::string& out, const char* name, const char* about, const char* key, const std::string& item, const Json& given,
                  const Json& defaults, const Json& schema) {
    out += std::string("\n[") + name + "]  # " + about + "\n";
    line(out, std::string(key) + " = " + toml_value(item), "`mote blocks` lists what there is");
    for (const auto& [parameter, value] : defaults.items()) {
        const bool is_given = given.contains(parameter);
        const Json& property = schema.at("properties").at(parameter);
        std::vector<std::string> words;
        if (property.contains("enum"))
            for (const auto& word : property["enum"]) words.push_back(word.get<std::string>());
        line(out, (is_given ? "" : "# ") + parameter + " = " + toml_value(is_given ? given.at(parameter) : value),
             remark(property.value("description", ""), property.value("unit", ""), base::join(words, "|")));
    }
    if (given.contains("preset")) line(out, "preset = " + toml_value(given.at("preset")), "a named set of settings");
}

}  // namespace

const std::vector<std::string>& template_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const auto& recipe : learn::recipes()) list.emplace_back(recipe.name);
        list.emplace_back(sensor);
        return list;
    }();
    return names;
}

Config template_config(std::string_view name, std::string_view project_name) {
    const auto& names = template_names();
    if (std::find(names.begin(), names.end(), name) != names.end()) {
        Config config = name == sensor ? sensor_template() : from_recipe(name);
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
    const dsp::BlockType& block = dsp::find_block_type(config.block);
    item_section(out, "features", "signal processing in front of the model", "block", config.block, config.block_parameters,
                 block.defaults(), block.schema());
    const learn::LearnerType& learner = learn::find_learner_type(config.learner);
    item_section(out, "model", "what is trained", "learner", config.learner, config.learner_parameters, learner.defaults(),
                 learner.schema());
    section(out, "train", "", config.train);
    section(out, "augment", "changes of the raw training windows, new in each epoch; 0 or false: off", config.augment);
    section(out, "quantise", "from float to 8 bits", config.quantise);
    section(out, "target", "the chip", config.target);
    section(out, "listen", "from outputs to events on a live signal; `mote calibrate` finds values", config.listen);
    return out;
}

}  // namespace mote::app
