#include "app/listen/view.hpp"

#include "app/tables.hpp"
#include "base/json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace mote::app::listen {

namespace {

constexpr int bar_cells = 40;

/// At least `width` wide, so that columns stand.
std::string right(std::string text, std::size_t width) {
    if (text.size() < width) text.insert(0, width - text.size(), ' ');
    return text;
}

/// Eighths of a cell, so that a bar moves smoothly; the threshold shows as a line where the bar does not reach it.
std::string bar(double share, double threshold) {
    static const char* const parts[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const int eighths = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * bar_cells * 8));
    const int mark = threshold <= 1 ? std::min(bar_cells - 1, static_cast<int>(threshold * bar_cells)) : -1;
    std::string text;
    for (int cell = 0; cell < bar_cells; ++cell) {
        if (eighths >= 8 * (cell + 1))
            text += "█";
        else if (cell == mark)
            text += "│";
        else if (eighths > 8 * cell)
            text += parts[eighths - 8 * cell];
        else
            text += " ";
    }
    return text;
}

}  // namespace

View::View(std::ostream& out, Telling telling, std::vector<std::string> labels, std::vector<double> thresholds, double rate_hz, bool all)
    : out_(out), telling_(telling), labels_(std::move(labels)), thresholds_(std::move(thresholds)), rate_hz_(rate_hz), all_(all) {}

void View::tell(const Decision& decision) {
    if (telling_ == Telling::lines) return json_line(decision);
    if (telling_ == Telling::bars) {
        erase();
        event_words(decision);
        draw(decision);
    } else {
        event_words(decision);
    }
    out_.flush();
}

void View::event_words(const Decision& decision) {
    const std::string time = right(fixed(static_cast<double>(decision.frame) / rate_hz_, 2), 9) + " s";
    if (all_ && telling_ == Telling::words) {
        out_ << time;
        for (std::size_t i = 0; i < labels_.size(); ++i)
            out_ << "  " << labels_[i] << " " << fixed(static_cast<double>(decision.probabilities[i]), 2);
        out_ << "\n";
    }
    if (decision.event < 0) return;
    const auto label = static_cast<std::size_t>(decision.event);
    out_ << time << "  " << labels_[label] << "  " << fixed(static_cast<double>(decision.probabilities[label]), 2) << "\n";
}

void View::json_line(const Decision& decision) {
    const auto rounded = [](float value) { return std::round(static_cast<double>(value) * 1e4) / 1e4; };
    base::Json head = {
        {"type", "event"}, {"seconds", std::round(1e6 * static_cast<double>(decision.frame) / rate_hz_) / 1e6}, {"frame", decision.frame}};
    if (all_) {
        base::Json line = head;
        line["type"] = "decision";
        for (std::size_t i = 0; i < labels_.size(); ++i) line["probabilities"][labels_[i]] = rounded(decision.probabilities[i]);
        out_ << line.dump(-1, ' ', false, base::Json::error_handler_t::replace) << "\n";
    }
    if (decision.event >= 0) {
        const auto label = static_cast<std::size_t>(decision.event);
        head["label"] = labels_[label], head["score"] = rounded(decision.probabilities[label]);
        out_ << head.dump(-1, ' ', false, base::Json::error_handler_t::replace) << "\n";
    }
    out_.flush();
}

void View::erase() {
    if (drawn_ > 0) out_ << "\x1b[" << drawn_ << "F\x1b[J";
    drawn_ = 0;
}

void View::draw(const Decision& decision) {
    std::size_t widest = 0;
    for (const auto& label : labels_) widest = std::max(widest, label.size());
    for (std::size_t i = 0; i < labels_.size(); ++i, ++drawn_) {
        const auto share = static_cast<double>(decision.probabilities[i]);
        out_ << "  " << labels_[i] << std::string(widest - labels_[i].size() + 2, ' ') << bar(share, thresholds_[i]) << " "
             << fixed(share, 2) << "\n";
    }
    out_ << "  " << fixed(static_cast<double>(decision.frame) / rate_hz_, 1) << " s, Ctrl-C ends\n", ++drawn_;
}

void View::end() {
    drawn_ = 0;
    out_.flush();
}

}  // namespace mote::app::listen
