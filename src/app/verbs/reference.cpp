// The reference page of the documentation, written from the catalogues.
#include "app/verb.hpp"
#include "base/text.hpp"
#include "board/board.hpp"
#include "dsp/block.hpp"
#include "graph/operator.hpp"
#include "graph/variants.hpp"
#include "learn/learner.hpp"
#include "store/format.hpp"

#include <sstream>
#include <utility>

namespace mote::app {

namespace {

struct Reference {
    struct Request {
        static constexpr auto fields() { return std::make_tuple(); }
    };
    struct Response {
        std::string markdown;
        static constexpr auto fields() { return std::make_tuple(base::field("markdown", &Response::markdown, "the page")); }
    };
    static constexpr std::string_view name = "reference";
    static constexpr std::string_view help = "print the reference of commands, blocks, learners, formats and boards as Markdown";
    static constexpr std::string_view example = "mote reference";
    static constexpr bool is_long = false;

    /// '|' would end a cell.
    static std::string cell(std::string_view text) {
        std::string result;
        for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
        return result;
    }

    static void commands(std::ostream& out) {
        out << "## Commands\n\nEvery command also takes `-C FOLDER`, `--json`, `--quiet` and `--help`.\n\n"
               "Exit codes: 0 all is well; 1 the data or the work failed, wholly or in part; 2 what was typed does not exist or does not "
               "fit: "
               "a command, a flag, a setting of `--set`, a board, a block, a split.\n";
        for (const Verb* verb : verbs()) {
            out << "\n### mote " << verb->name << "\n\n" << verb->help << "\n\n    " << verb->example << "\n";
            const auto flags = verb->flags();
            if (flags.empty()) continue;
            out << "\n| setting | default | meaning |\n|---|---|---|\n";
            for (const auto& flag : flags) {
                std::string shown = flag.name;
                for (char& c : shown) c = c == '_' ? '-' : c;
                shown = flag.positional ? base::lower(shown) : "--" + shown;
                out << "| `" << shown << "` | " << (flag.required ? "required" : cell(flag.default_text)) << " | " << cell(flag.help);
                if (!flag.choices.empty()) out << " (" << base::join(base::split(flag.choices, '|'), ", ") << ")";
                if (!flag.unit.empty()) out << ", " << flag.unit;
                out << " |\n";
            }
        }
    }

    static void settings(const base::Json& schema, const base::Json& defaults, std::ostream& out) {
        if (!schema.contains("properties") || schema.at("properties").empty()) return;
        out << "\n| setting | default | meaning |\n|---|---|---|\n";
        for (const auto& [key, property] : schema.at("properties").items()) {
            out << "| `" << key << "` | " << (defaults.contains(key) ? cell(defaults.at(key).dump()) : "") << " | "
                << cell(property.value("description", ""));
            if (property.contains("enum")) {
                std::vector<std::string> words = property.at("enum").get<std::vector<std::string>>();
                out << " (" << base::join(words, ", ") << ")";
            }
            if (property.contains("unit")) out << ", " << property.at("unit").get<std::string>();
            out << " |\n";
        }
    }

    static void catalogues(std::ostream& out) {
        out << "\n## Signal processing blocks: `[features] block`\n";
        for (const auto* type : dsp::block_types()) {
            out << "\n### " << type->name << "\n\n" << type->help << "\n";
            if (!type->presets.empty()) out << "\nPresets: `" << base::join(type->presets, "`, `") << "`\n";
            settings(type->schema(), type->defaults(), out);
        }
        out << "\n## Learners: `[model] learner`\n";
        for (const auto* type : learn::learner_types()) {
            out << "\n### " << type->name << "\n\n" << type->help << "\n";
            settings(type->schema(), type->defaults(), out);
        }
        out << "\n## File formats\n\n| format | files | |\n|---|---|---|\n";
        for (const auto* format : store::file_formats())
            out << "| " << format->name << " | " << base::join(format->extensions, " ") << " | " << cell(format->help) << " |\n";
        out << "\n## Boards: `[target] board`\n\n| board | core | clock | flash | RAM | |\n|---|---|---|---|---|---|\n";
        for (const auto& board : board::boards())
            out << "| " << board.name << " | " << board.core << " | " << board.clock_hz / 1e6 << " MHz | "
                << base::human_bytes(board.flash.size_bytes) << " | " << base::human_bytes(board.ram.size_bytes) << " | "
                << cell(board.title) << " |\n";
    }

    /// The kernels of an operator on one kind of core, in a word.
    static std::string kernels(const graph::Operator& op, graph::Isa isa) {
        if (!op.lower) return "none";
        return graph::has_variant(op.name, isa) ? "own" : graph::has_variant_below(op.name, isa) ? "lesser" : "plain";
    }

    static void operators(std::ostream& out) {
        static constexpr std::pair<std::string_view, graph::Isa> cores[] = {
            {"M0+", graph::Isa::armv6m}, {"M3", graph::Isa::armv7m},    {"M4, M7, M33", graph::Isa::arm_dsp},
            {"M55", graph::Isa::helium}, {"AArch64", graph::Isa::neon}, {"x86-64 with AVX2", graph::Isa::avx2}};
        out << "\n## Operators of models\n\n"
               "The host computes each with floats and, where a core has a kernel, with 8 bits. On a device: *own*, kernels made for that "
               "core's instructions; *lesser*, those of a lesser core; *plain*, portable C++ (tables for functions of one value); *none*, "
               "it must be folded or quantised away.\n\n| operator | meaning |";
        for (const auto& [core, isa] : cores) out << " " << core << " |";
        out << "\n|---|---|---|---|---|---|---|---|\n";
        for (const auto* op : graph::operators()) {
            out << "| " << op->name << " | " << cell(op->help) << " |";
            for (const auto& [core, isa] : cores) out << " " << kernels(*op, isa) << " |";
            out << "\n";
        }
    }

    static Response run(const Request&, Context&) {
        std::ostringstream out;
        out << "# Reference\n\nWritten by `mote reference`; do not edit.\n\n";
        commands(out);
        catalogues(out);
        operators(out);
        return {out.str()};
    }

    static void print(const Response& response, std::ostream& out) { out << response.markdown; }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& reference() { return make_verb<Reference>(); }
}  // namespace catalogue

}  // namespace mote::app
