#include "app/report/html.hpp"

#include <cctype>
#include <cmath>
#include <cstdio>

namespace mote::app::report {

std::string escape(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string coordinate(double value) {
    std::string text = fixed(value, 2);
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view style_class) {
    std::string html = "<table class=\"" + std::string(style_class) + "\">";
    for (std::size_t r = 0; r < rows.size(); ++r) {
        html += "<tr>";
        for (const auto& cell : rows[r]) {
            const bool number = !cell.empty() && (std::isdigit(static_cast<unsigned char>(cell[0])) || cell[0] == '-');
            const std::string tag = r == 0 ? "th" : "td";
            html += "<" + tag + (number ? " class=\"number\">" : ">") + escape(cell) + "</" + tag + ">";
        }
        html += "</tr>";
    }
    return html + "</table>";
}

}  // namespace mote::app::report
