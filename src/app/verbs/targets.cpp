// The boards that firmware can be made for.
#include "app/deployment.hpp"
#include "app/session.hpp"
#include "base/text.hpp"
#include "board/board.hpp"
#include "store/project.hpp"

#include <iomanip>

namespace mote::app {

namespace {

struct Targets {
    struct Request {
        std::string name;
        static constexpr auto fields() {
            return std::make_tuple(base::field("name", &Request::name, "only this board, with the source of each figure").positional());
        }
    };
    struct Response {
        std::vector<board::Board> targets;
        static constexpr auto fields() { return std::make_tuple(base::field("targets", &Response::targets, "the boards")); }
    };
    static constexpr std::string_view name = "targets";
    static constexpr std::string_view help = "list the boards, or one of them with the source of each figure";
    static constexpr std::string_view example = "mote targets nrf52840";
    static constexpr bool is_long = false;

    static Response run(const Request& request, Context& context) {
        // Boards are listed outside a project too; inside one, its targets/ folder adds to them.
        const std::filesystem::path project = project_of(context);
        if (request.name.empty()) return {board::boards(project)};
        return {{typed([&] { return board::find_board(request.name, project); })}};
    }

    static void print(const Response& response, std::ostream& out) {
        if (response.targets.size() == 1) return print_one(response.targets[0], out);
        for (const auto& board : response.targets)
            out << std::left << std::setw(14) << board.name << std::setw(16) << board.core << std::right << std::setw(5)
                << board.clock_hz / 1e6 << " MHz  flash " << std::setw(9) << base::human_bytes(board.flash.size_bytes) << "  RAM "
                << std::setw(9) << base::human_bytes(board.ram.size_bytes) << "  " << board.title << "\n";
        out << "next: mote targets NAME, or choose one in mote.toml: [target] board\n";
    }
    static void print_one(const board::Board& board, std::ostream& out) {
        const base::Json json = base::to_json(board);
        for (const auto& [key, value] : json.items()) {
            if (key == "sources") continue;
            out << std::left << std::setw(22) << key << (value.is_string() ? value.get<std::string>() : value.dump()) << "\n";
        }
        out << "sources:\n";
        for (const auto& [key, value] : board.sources.items())
            out << "  " << std::left << std::setw(20) << key << (value.is_string() ? value.get<std::string>() : value.dump()) << "\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& targets() { return make_verb<Targets>(); }
}  // namespace catalogue

}  // namespace mote::app
