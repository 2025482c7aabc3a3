#include "app/config.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "board/board.hpp"
#include "dsp/block.hpp"

#include <algorithm>
#include <array>

namespace mote::app {

using base::Error;
using base::Json;

namespace {

constexpr std::array section_names{"project", "data", "features", "model", "train", "augment", "quantise", "target", "listen"};

/// A section whose keys belong to a catalogue item: `key` names the item, the rest are its parameters.
void read_item(const Json& section, const std::string& where, const char* key, std::string& item, Json& parameters) {
    if (!section.is_object()) base::detail::bad_type(where, "a table", section);
    parameters = Json::object();
    for (const auto& [name, value] : section.items()) {
        if (name == key)
            item = base::from_json<std::string>(value, where + "." + key);
        else
            parameters[name] = value;
    }
}

Json item_json(const char* key, const std::string& item, const Json& parameters) {
    Json section = {{key, item}};
    for (const auto& [name, value] : parameters.items()) section[name] = value;
    return section;
}

}  // namespace

Json to_json(const Config& config) {
    return {{"project", base::to_json(config.project)},
            {"data", base::to_json(config.data)},
            {"features", item_json("block", config.block, config.block_parameters)},
            {"model", item_json("learner", config.learner, config.learner_parameters)},
            {"train", base::to_json(config.train)},
            {"augment", base::to_json(config.augment)},
            {"quantise", base::to_json(config.quantise)},
            {"target", base::to_json(config.target)},
            {"listen", base::to_json(config.listen)}};
}

Config config_from_json(const Json& json, std::string_view where) {
    const std::string place = std::string(where) + ": ";
    if (!json.is_object()) base::detail::bad_type(where, "a table", json);
    Config config;
    for (const auto& [name, section] : json.items()) {
        const std::string inner = place + name;
        if (name == "project")
            config.project = base::from_json<ProjectSettings>(section, inner);
        else if (name == "data")
            config.data = base::from_json<DataSettings>(section, inner);
        else if (name == "features")
            read_item(section, inner, "block", config.block, config.block_parameters);
        else if (name == "model")
            read_item(section, inner, "learner", config.learner, config.learner_parameters);
        else if (name == "train")
            config.train = base::from_json<learn::TrainOptions>(section, inner);
        else if (name == "augment")
            config.augment = base::from_json<learn::AugmentSettings>(section, inner);
        else if (name == "quantise")
            config.quantise = base::from_json<compress::QuantiseOptions>(section, inner);
        else if (name == "target")
            config.target = base::from_json<TargetSettings>(section, inner);
        else if (name == "listen")
            config.listen = base::from_json<codegen::Listen>(section, inner);
        else
            base::detail::bad_key(where, name, {section_names.begin(), section_names.end()});
    }
    if (config.augment.noise_snr_low_db > config.augment.noise_snr_high_db)
        throw Error("bad_input", place + "augment.noise_snr_low_db is above noise_snr_high_db", "swap the two values");
    return config;
}

namespace {

/// "10", "true", "[1, 2]" as TOML would read them, anything else as text.
Json override_value(const std::string& text) {
    try {
        return base::parse_toml("value = " + text, "").at("value");
    } catch (const Error&) {
        return text;
    }
}

void apply_override(Json& json, const std::string& key, const std::string& text) {
    const std::size_t dot = key.find('.');
    if (dot == std::string::npos || dot == 0 || dot + 1 == key.size())
        throw Error("usage", "the setting \"" + key + "\" must be SECTION.KEY", "write for example train.epochs=10");
    json[key.substr(0, dot)][key.substr(dot + 1)] = override_value(text);
}

/// The names of the learner's parameters; their values are checked where the network is built.
void check_learner_parameters(const Config& config) {
    const Json known = learn::find_learner_type(config.learner).defaults();
    std::vector<std::string> names;
    for (const auto& [name, value] : known.items()) names.push_back(name);
    for (const auto& [name, value] : config.learner_parameters.items())
        if (!known.contains(name)) base::detail::bad_key("mote.toml with --set: model", name, names);
}

}  // namespace

Config read_config(const std::filesystem::path& folder, const std::map<std::string, std::string>& overrides) {
    const std::filesystem::path file = folder / "mote.toml";
    if (!std::filesystem::exists(file))
        throw Error("not_found", "there is no mote.toml in " + folder.string(), "mote init makes a project; -C names another folder");
    Json json = base::read_toml(file);
    if (overrides.empty() || !json.is_object()) return config_from_json(json, "mote.toml");
    const Json plain = json;
    for (const auto& [key, text] : overrides) apply_override(json, key, text);
    try {
        const Config config = config_from_json(json, "mote.toml with --set");
        const auto sets_any = [&](std::string_view section) {
            return std::any_of(overrides.begin(), overrides.end(), [&](const auto& item) { return item.first.starts_with(section); });
        };
        if (sets_any("features.")) dsp::resolve_parameters(dsp::find_block_type(config.block), config.block_parameters);
        if (sets_any("model.")) check_learner_parameters(config);
        if (overrides.count("target.board") > 0) board::find_board(config.target.board, folder);
        return config;
    } catch (const Error& error) {
        config_from_json(plain, "mote.toml");  // a fault of the file is none of the command line
        throw Error("usage", error.message(), error.hint());
    }
}

}  // namespace mote::app
