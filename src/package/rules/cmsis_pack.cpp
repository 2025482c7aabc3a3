// Facts: the Open-CMSIS-Pack specification 1.7, "Pack Description (*.pdsc) Format" and its elements' pages.
#include "base/text.hpp"
#include "package/rules/rules.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace mote::package::rules {

namespace {

constexpr auto categories = std::to_array<std::string_view>({"doc", "header", "include", "library", "object", "source", "sourceC",
                                                             "sourceCpp", "sourceAsm", "linkerScript", "utility", "image", "other"});

class Checker {
  public:
    Checker(const codegen::FileTree& files, std::string file) : files_(files), file_(std::move(file)) {}

    Faults check() {
        const std::string& text = files_.at(file_);
        const pugi::xml_parse_result parsed = document_.load_buffer(text.data(), text.size());
        if (!parsed) return {file_ + ": byte " + std::to_string(parsed.offset) + ": " + parsed.description()};
        package_ = document_.child("package");
        if (!package_) return {file_ + ": the root element is not package"};
        if (!package_.attribute("schemaVersion")) fault("package has no schemaVersion");
        check_names();
        check_releases();
        check_conditions();
        check_components();
        return std::move(faults_);
    }

  private:
    void fault(const std::string& what) { faults_.push_back(file_ + ": " + what); }

    std::string text_of(const char* element) { return std::string(base::trim(package_.child(element).text().as_string())); }

    void check_names() {
        for (const char* element : {"vendor", "name", "description"})
            if (text_of(element).empty()) fault(std::string("element ") + element + " is missing or empty");
        for (const char* element : {"vendor", "name"})
            if (text_of(element).find(' ') != std::string::npos) fault(std::string(element) + " holds a space");
        if (!package_.child("url")) fault("element url is missing");
        const std::string url = text_of("url");
        if (!url.empty() && (!is_url(url) || !url.starts_with("https://"))) fault("url \"" + url + "\" is no https address");
        if (file_ != text_of("vendor") + "." + text_of("name") + ".pdsc") fault("is not called VENDOR.NAME.pdsc");
        if (package_.child("license") && !files_.contains(text_of("license"))) fault("license " + text_of("license") + " is not there");
    }

    void check_releases() {
        const auto releases = package_.child("releases").children("release");
        if (releases.empty()) fault("element releases has no release");
        for (const pugi::xml_node release : releases)
            if (!is_version(release.attribute("version").value())) fault("a release's version is not semantic");
    }

    void check_conditions() {
        for (const pugi::xml_node condition : package_.child("conditions").children("condition"))
            if (!conditions_.insert(condition.attribute("id").value()).second || condition.attribute("id").empty())
                fault("two conditions have one id, or one has none");
    }

    void check_condition(const pugi::xml_node& of) {
        const pugi::xml_attribute condition = of.attribute("condition");
        if (condition && !conditions_.contains(condition.value())) fault(std::string("there is no condition ") + condition.value());
    }

    void check_components() {
        if (package_.child("components").children("component").empty()) fault("element components has no component");
        for (const pugi::xml_node component : package_.child("components").children("component")) {
            for (const char* attribute : {"Cclass", "Cgroup"})
                if (component.attribute(attribute).empty()) fault(std::string("a component has no ") + attribute);
            if (!is_version(component.attribute("Cversion").value())) fault("a component's Cversion is not semantic");
            if (base::trim(component.child("description").text().as_string()).empty()) fault("a component has no description");
            if (component.child("files").children("file").empty()) fault("a component has no files");
            check_condition(component);
            for (const pugi::xml_node file : component.child("files").children("file")) check_file(file);
        }
        // A tool compiles what is named, and only that.
        for (const auto& [name, content] : files_)
            if (name.starts_with("src/") && name.ends_with(".cpp") && !named_.contains(name)) fault(name + " belongs to no component");
    }

    void check_file(const pugi::xml_node& file) {
        const std::string name = file.attribute("name").value(), category = file.attribute("category").value();
        check_condition(file);
        if (std::find(categories.begin(), categories.end(), category) == categories.end())
            fault("there is no category \"" + category + "\" of files");
        named_.insert(name);
        const auto at = files_.lower_bound(name);
        const bool there =
            category == "include" ? name.ends_with("/") && at != files_.end() && at->first.starts_with(name) : files_.contains(name);
        if (!there) fault("file " + name + " is not there");
    }

    const codegen::FileTree& files_;
    std::string file_;
    pugi::xml_document document_;
    pugi::xml_node package_;
    std::set<std::string> conditions_, named_;
    Faults faults_;
};

}  // namespace

Faults cmsis_pack(const codegen::FileTree& files) {
    std::vector<std::string> descriptions;
    for (const auto& [name, content] : files)
        if (name.ends_with(".pdsc") && name.find('/') == std::string::npos) descriptions.push_back(name);
    if (descriptions.size() != 1) return {"a pack has one .pdsc file at its root, this has " + std::to_string(descriptions.size())};
    return Checker(files, descriptions.front()).check();
}

}  // namespace mote::package::rules
