#include "graph/refusals.hpp"

#include <algorithm>
#include <string>

namespace mote::graph {

bool Refusals::read(std::string_view where, const std::function<void()>& read) {
    try {
        read();
        return true;
    } catch (const base::Error& error) {
        if (error.code() == "unsupported") {
            errors_.push_back(error);
            return false;
        }
        throw_all(where);
        throw;
    }
}

void Refusals::throw_all(std::string_view where) const {
    constexpr std::size_t most_lines = 40;
    if (errors_.empty()) return;
    if (errors_.size() == 1) throw errors_.front();
    const std::string prefix = std::string(where) + ": ";
    std::string text = prefix + std::to_string(errors_.size()) + " things are not supported:";
    for (std::size_t i = 0; i < std::min(errors_.size(), most_lines); ++i) {
        const std::string& message = errors_[i].message();
        text += "\n  " + (message.starts_with(prefix) ? message.substr(prefix.size()) : message);
        if (!errors_[i].hint().empty()) text += ": " + errors_[i].hint();
    }
    if (errors_.size() > most_lines) text += "\n  and " + std::to_string(errors_.size() - most_lines) + " more";
    throw base::Error("unsupported", text,
                      "export the model with what each line names instead, or leave that part to the program around it");
}

}  // namespace mote::graph
