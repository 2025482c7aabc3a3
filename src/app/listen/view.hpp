// What a person sees while a model listens: a bar a label, and the events above.
#pragma once

#include "app/listen/host_listener.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace mote::app::listen {

/// How decisions are told.
enum class Telling {
    words,  ///< a line an event
    lines,  ///< a JSON value a line
    bars,   ///< on a terminal: bars of the averaged probabilities, redrawn, and a line an event above them
};

class View {
  public:
    /// `all`: every decision is told, not events alone. `thresholds` by label, as shares; above 1: the label makes no event.
    View(std::ostream& out, Telling telling, std::vector<std::string> labels, std::vector<double> thresholds, double rate_hz, bool all);
    void tell(const Decision& decision);
    /// Leaves the cursor below the bars.
    void end();

  private:
    void event_words(const Decision& decision);
    void json_line(const Decision& decision);
    void draw(const Decision& decision);
    void erase();

    std::ostream& out_;
    Telling telling_;
    std::vector<std::string> labels_;
    std::vector<double> thresholds_;
    double rate_hz_;
    bool all_;
    std::size_t drawn_ = 0;  ///< lines that stand on the screen and are drawn anew
};

}  // namespace mote::app::listen
