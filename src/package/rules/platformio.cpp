// Facts: the schema of library.json (PlatformIO, "library.json" and its package manifest schema).
#include "base/error.hpp"
#include "base/json.hpp"
#include "package/rules/rules.hpp"

#include <algorithm>
#include <cctype>

namespace mote::package::rules {

namespace {

constexpr const char* file = "library.json: ";

/// Letters and digits of lower case, and those of `more`.
bool is_of(std::string_view text, std::string_view more) {
    return !text.empty() && text.size() <= 50 && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
        return std::islower(c) != 0 || std::isdigit(c) != 0 || more.find(static_cast<char>(c)) != std::string_view::npos;
    });
}

std::string text_at(const base::Json& json, const char* key) {
    return json.contains(key) && json.at(key).is_string() ? json.at(key).get<std::string>() : std::string();
}

void check_words(const base::Json& json, const char* key, std::string_view more, Faults& faults) {
    if (!json.contains(key)) return;
    if (!json.at(key).is_array()) return faults.push_back(file + std::string(key) + " is no list");
    for (const base::Json& word : json.at(key))
        if (!word.is_string() || (word != "*" && !is_of(word.get<std::string>(), more)))
            faults.push_back(file + std::string(key) + ": " + word.dump() + " has characters that are not allowed");
}

void check_examples(const base::Json& json, const codegen::FileTree& files, Faults& faults) {
    for (const base::Json& example : json.value("examples", base::Json::array())) {
        if (!example.is_object()) {
            faults.push_back(file + std::string("an example is no object"));
            continue;
        }
        const std::string name = text_at(example, "name"), base = text_at(example, "base");
        if (name.empty() || name.size() > 100 || base.empty() || !example.contains("files") || example.at("files").empty())
            faults.push_back(file + std::string("an example needs name, base and files"));
        for (const base::Json& source : example.value("files", base::Json::array()))
            if (!source.is_string() || !files.contains(base + "/" + source.get<std::string>()))
                faults.push_back(file + ("example " + name) + ": " + base + "/" + source.dump() + " is not there");
    }
}

void check_names(const base::Json& json, Faults& faults) {
    const std::string name = text_at(json, "name"), description = text_at(json, "description");
    if (name.empty() || name.size() > 100 || name.find_first_of(":;/,@<>") != std::string::npos)
        faults.push_back(file + ("name \"" + name) + "\" is no name: 1 to 100 characters, none of :;/,@<>");
    if (!is_version(text_at(json, "version"))) faults.push_back(file + ("version \"" + text_at(json, "version")) + "\" is not semantic");
    if (description.empty() || description.size() > 255) faults.push_back(file + std::string("description has 1 to 255 characters"));
    if (json.contains("homepage") && !is_url(text_at(json, "homepage"))) faults.push_back(file + std::string("homepage is no address"));
    for (const base::Json& author : json.value("authors", base::Json::array()))
        if (text_at(author, "name").empty() || text_at(author, "name").size() > 50)
            faults.push_back(file + std::string("an author's name has 1 to 50 characters"));
}

}  // namespace

Faults platformio(const codegen::FileTree& files) {
    const auto at = files.find("library.json");
    if (at == files.end()) return {"library.json is missing"};
    base::Json json;
    try {
        json = base::parse_json(at->second, "library.json");
    } catch (const base::Error& error) {
        return {error.message()};
    }
    if (!json.is_object()) return {"library.json: is no object"};
    Faults faults;
    check_names(json, faults);
    check_words(json, "platforms", "-_", faults);
    check_words(json, "frameworks", "-_", faults);
    check_words(json, "keywords", "-+. ", faults);
    check_examples(json, files, faults);
    for (const base::Json& header : json.value("headers", base::Json::array()))
        if (!header.is_string() || !files.contains("include/" + header.get<std::string>()))
            faults.push_back(file + ("header " + header.dump()) + " is not in include/");
    return faults;
}

}  // namespace mote::package::rules
