// What a project can be made of: signal processing, learners, file formats.
#include "app/verb.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "dsp/block.hpp"
#include "learn/learner.hpp"
#include "store/format.hpp"

#include <algorithm>
#include <iomanip>

namespace mote::app {

namespace {

struct Entry {
    std::string kind, name, help;
    std::vector<std::string> presets, extensions;
    base::Json defaults = base::Json::object();
    base::Json schema = base::Json::object();
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("kind", &Entry::kind, "block, learner or format"),
                               field("name", &Entry::name, "as written in mote.toml"), field("help", &Entry::help, "one line"),
                               field("presets", &Entry::presets, "named sets of a block's settings"),
                               field("extensions", &Entry::extensions, "of a format's files"),
                               field("defaults", &Entry::defaults, "its settings"), field("schema", &Entry::schema, "what they mean"));
    }
};

struct Blocks {
    struct Request {
        std::string name, kind = "all";
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("name", &Request::name, "only this one, with its settings").positional(),
                                   field("kind", &Request::kind, "only these kinds").choices("all|block|learner|format"));
        }
    };
    struct Response {
        std::vector<Entry> entries;
        static constexpr auto fields() { return std::make_tuple(base::field("entries", &Response::entries, "by kind and name")); }
    };
    static constexpr std::string_view name = "blocks";
    static constexpr std::string_view help = "list signal processing blocks, learners and file formats, and their settings";
    static constexpr std::string_view example = "mote blocks mfe";
    static constexpr bool is_long = false;

    static std::vector<Entry> all() {
        std::vector<Entry> entries;
        for (const auto* type : dsp::block_types())
            entries.push_back(
                {"block", std::string(type->name), std::string(type->help), type->presets, {}, type->defaults(), type->schema()});
        for (const auto* type : learn::learner_types())
            entries.push_back({"learner", std::string(type->name), std::string(type->help), {}, {}, type->defaults(), type->schema()});
        for (const auto* format : store::file_formats()) {
            Entry entry;
            entry.kind = "format", entry.name = std::string(format->name), entry.help = std::string(format->help);
            entry.extensions = format->extensions;
            entries.push_back(std::move(entry));
        }
        return entries;
    }

    static Response run(const Request& request, Context&) {
        Response response;
        std::vector<std::string> names;
        for (auto& entry : all()) {
            if (request.kind != "all" && entry.kind != request.kind) continue;
            names.push_back(entry.name);
            if (request.name.empty() || request.name == entry.name) response.entries.push_back(std::move(entry));
        }
        if (response.entries.empty()) {
            const std::string near = base::did_you_mean(request.name, names);
            throw base::Error("usage", "there is no block, learner or format \"" + request.name + "\"",
                              near.empty() ? "mote blocks lists them" : near);
        }
        return response;
    }

    static void print_settings(const Entry& entry, std::ostream& out) {
        for (const auto& [key, value] : entry.defaults.items()) {
            const auto& property = entry.schema.at("properties").at(key);
            out << "    " << std::left << std::setw(34) << key + " = " + value.dump() << "# " << property.value("description", "");
            if (property.contains("enum")) {
                std::vector<std::string> words;
                for (const auto& word : property["enum"]) words.push_back(word.is_string() ? word.get<std::string>() : word.dump());
                out << ": " << base::join(words, ", ");
            }
            if (property.contains("unit")) out << ", " << property.value("unit", "");
            out << "\n";
        }
        if (!entry.presets.empty()) out << "    preset = one of: " << base::join(entry.presets, ", ") << "\n";
    }

    static void print(const Response& response, std::ostream& out) {
        // Each of these is shown with its settings when it was asked for by name.
        const bool detailed = response.entries.size() < 4;
        std::string kind;
        for (const auto& entry : response.entries) {
            if (entry.kind != kind) out << (kind.empty() ? "" : "\n") << entry.kind << "s\n";
            kind = entry.kind;
            out << "  " << std::left << std::setw(20) << entry.name << entry.help;
            if (!entry.extensions.empty()) out << " (" << base::join(entry.extensions, " ") << ")";
            out << "\n";
            if (detailed) print_settings(entry, out);
        }
        if (!detailed) out << "next: mote blocks NAME shows the settings of one\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& blocks() { return make_verb<Blocks>(); }
}  // namespace catalogue

}  // namespace mote::app
