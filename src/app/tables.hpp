// Figures for people: percentages and small tables.
#pragma once

#include "app/record.hpp"

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace mote::app {

/// "95.3 %".
std::string percent(double share);
/// A number with `digits` after the point ("94.2").
std::string fixed(double value, int digits);
/// "12.3 ms", "1.4 uJ": three digits and a unit that fits.
std::string with_unit(double value, std::string_view unit);
/// A line a split: accuracy and macro-F1 in float and int8.
void print_evaluations(const std::vector<Evaluation>& evaluations, std::ostream& out);
/// Rows are truth, columns predictions.
void print_confusion(const learn::Metrics& metrics, std::ostream& out);

/// Throws base::Error "usage" when a file that is to be written, by its flag, is one of the files that are read, another that is written,
/// or a folder; empty paths count for nothing.
void check_written(const std::vector<std::pair<std::string, std::string>>& written, const std::vector<std::string>& read);
/// The topmost folder that has to be made before `file` can be written: "" where there is none.
std::string missing_folder(const std::filesystem::path& file);
/// Says so where one was.
void print_made_folder(const std::string& folder, std::ostream& out);

}  // namespace mote::app
