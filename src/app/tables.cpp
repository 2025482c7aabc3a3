#include "app/tables.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iomanip>

namespace mote::app {

std::string percent(double share) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", share * 100);
    return text;
}

std::string fixed(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

std::string with_unit(double value, std::string_view unit) {
    struct Prefix {
        double factor;
        const char* name;
    };
    constexpr Prefix prefixes[] = {{1, ""}, {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}};
    const Prefix* chosen =
        std::find_if(std::begin(prefixes), std::end(prefixes), [&](const Prefix& p) { return std::fabs(value) >= p.factor; });
    if (chosen == std::end(prefixes)) chosen = value == 0 ? prefixes : std::end(prefixes) - 1;
    char text[48];
    std::snprintf(text, sizeof text, "%.3g %s", value / chosen->factor, chosen->name);
    return text + std::string(unit);
}

void print_evaluations(const std::vector<Evaluation>& evaluations, std::ostream& out) {
    out << std::left << std::setw(14) << "split" << std::setw(8) << "" << std::right << std::setw(10) << "windows" << std::setw(12)
        << "accuracy" << std::setw(12) << "macro-F1"
        << "\n";
    for (const auto& e : evaluations)
        out << std::left << std::setw(14) << e.split << std::setw(8) << e.arithmetic << std::right << std::setw(10) << e.metrics.examples
            << std::setw(12) << percent(e.metrics.accuracy) << std::setw(12) << percent(e.metrics.macro_f1) << "\n";
}

void print_confusion(const learn::Metrics& metrics, std::ostream& out) {
    std::size_t widest = 8;
    for (const auto& c : metrics.classes) widest = std::max(widest, c.label.size() + 2);
    const int width = static_cast<int>(widest);
    out << std::left << std::setw(width) << "truth" << std::right;
    for (const auto& c : metrics.classes) out << std::setw(width) << c.label;
    out << std::setw(11) << "precision" << std::setw(9) << "recall"
        << "\n";
    for (std::size_t r = 0; r < metrics.confusion.size(); ++r) {
        out << std::left << std::setw(width) << metrics.classes[r].label << std::right;
        for (const auto n : metrics.confusion[r]) out << std::setw(width) << n;
        out << std::setw(11) << percent(metrics.classes[r].precision) << std::setw(9) << percent(metrics.classes[r].recall) << "\n";
    }
}

void check_written(const std::vector<std::pair<std::string, std::string>>& written, const std::vector<std::string>& read) {
    const auto same = [](const std::string& a, const std::string& b) {
        std::error_code ignored;
        const auto whole = [&](const std::string& path) { return std::filesystem::weakly_canonical(path, ignored); };
        return !a.empty() && !b.empty() && ((!whole(a).empty() && whole(a) == whole(b)) || std::filesystem::equivalent(a, b, ignored));
    };
    for (std::size_t i = 0; i < written.size(); ++i) {
        const std::string &flag = written[i].first, &path = written[i].second;
        const auto refuse = [&](const std::string& what) {
            throw base::Error("usage", flag + " " + path + " " + what, "name another file");
        };
        std::error_code ignored;
        if (!path.empty() && std::filesystem::is_directory(path, ignored)) refuse("is a folder");
        for (const std::string& other : read)
            if (same(path, other)) refuse("is a file that is read: it would be lost");
        for (std::size_t j = 0; j < i; ++j)
            if (same(path, written[j].second)) refuse("is the file of " + written[j].first + " too");
    }
}

std::string missing_folder(const std::filesystem::path& file) {
    std::error_code ignored;
    std::filesystem::path missing;
    for (auto folder = file.parent_path(); !folder.empty() && !std::filesystem::exists(folder, ignored); folder = folder.parent_path())
        missing = folder;
    return missing.string();
}

void print_made_folder(const std::string& folder, std::ostream& out) {
    if (!folder.empty()) out << "made folder " << folder << "\n";
}

}  // namespace mote::app
