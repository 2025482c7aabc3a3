// One HTML file that shows what was trained, how well it does, what it costs, and where it is wrong. Nothing is loaded from elsewhere.
#pragma once

#include "app/report/picture.hpp"
#include "learn/learner.hpp"

#include <string>
#include <utility>
#include <vector>

namespace mote::app::report {

/// A figure of the head line and how sure it is ("exact", "modelled, 0 to +25 %").
struct Fact {
    std::string name, value, confidence;
};

struct Mistake {
    std::string sample, truth, predicted;
    double probability = 0;       ///< given to the wrong class
    std::string raw_picture;      ///< SVG or <img> of the raw window
    std::string feature_picture;  ///< the same of the features
};

struct LayerRow {
    std::string name;
    double instructions = 0, cycles = 0;
};

struct ReportData {
    std::string title, subtitle;
    std::vector<std::string> notes;  ///< what a reader must know first ("all voices are synthetic")
    std::vector<Fact> facts;
    std::vector<learn::EpochRecord> epochs;
    std::vector<std::string> labels;
    std::vector<std::vector<std::uint64_t>> confusion;  ///< [truth][predicted], test split, as on the target
    std::vector<std::pair<std::string, std::vector<std::pair<double, double>>>> detection;  ///< label -> (false alarm share, miss share)
    std::vector<Mistake> mistakes;
    std::vector<Part> flash, ram;
    double flash_limit = 0, ram_limit = 0;
    std::vector<codegen::Buffer> arena;
    std::size_t arena_bytes = 0;
    std::vector<LayerRow> layers;
    std::vector<std::pair<std::string, std::string>> provenance;
};

std::string render(const ReportData& data);

}  // namespace mote::app::report
