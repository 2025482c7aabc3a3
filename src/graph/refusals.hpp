// What an importer cannot read, all of it: a person who has to change a model wants to know everything at once.
#pragma once

#include "base/error.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace mote::graph {

class Refusals {
  public:
    /// Runs `read` for one operator of the file. An error of code "unsupported" is kept, and false answered; every other one passes, but
    /// where something was refused before, which may be why: then all that was refused is thrown.
    bool read(std::string_view where, const std::function<void()>& read);
    bool empty() const { return errors_.empty(); }
    /// Throws what was refused: one as it came, several as one error "unsupported" with a line for each, what to do behind it. Nothing
    /// where nothing was.
    void throw_all(std::string_view where) const;

  private:
    std::vector<base::Error> errors_;
};

}  // namespace mote::graph
