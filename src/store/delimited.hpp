// Rows of delimited text (CSV as in RFC 4180, and its relatives), for recordings and for side tables alike.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace mote::store {

/// How a delimited text is written.
struct Dialect {
    char delimiter = ',';        ///< ',' ';' '\t' '|' or ' ' (a run of blanks)
    bool decimal_comma = false;  ///< numbers are written 1,5; only where the delimiter is not a comma
    bool has_header = false;     ///< the first row names the columns
};

/// The text behind a byte-order mark. Throws base::Error "bad_input" for an empty file, UTF-16 and bytes that no text holds.
std::string_view delimited_text(std::string_view bytes);

/// Judges from the first rows. `delimiter` 0 means to find it.
Dialect detect_dialect(std::string_view text, char delimiter = 0);

/// One row after the other. Fields are trimmed of blanks; quotes and doubled quotes are resolved; CRLF, LF and CR end a row; empty rows
/// and lines with '#' before the first row are passed over. A view given out holds until the next call.
class RowReader {
  public:
    RowReader(std::string_view text, char delimiter);
    /// False at the end. Throws base::Error "bad_input" naming the row of an unclosed quote.
    bool next(std::vector<std::string_view>& fields);
    /// Line of the text, counted from 1, in which the row last read begins.
    std::size_t row() const { return row_; }

  private:
    std::string_view take_line();
    void split_plain(std::string_view line, std::vector<std::string_view>& fields) const;
    void split_quoted(std::size_t begin, std::vector<std::string_view>& fields);
    std::string_view quoted_field(std::size_t& at);

    std::string_view text_;
    char delimiter_;
    char newline_ = '\n';
    std::size_t at_ = 0;
    std::size_t line_ = 0;
    std::size_t row_ = 0;
    bool begun_ = false;
    std::deque<std::string> unescaped_;
};

/// What a field reads as.
enum class FieldKind { empty, number, date_time, text };

/// A number as far as std::from_chars knows it (also inf and nan), with a leading '+' and a decimal comma where told. False when `field`
/// is something else. Too large a magnitude gives infinity, too small gives zero.
bool parse_number(std::string_view field, bool decimal_comma, float& value);
bool parse_number(std::string_view field, bool decimal_comma, double& value);

/// ISO 8601 date and time, "2015-02-04 17:51:00.25", "2015-02-04T17:51:00+01:00", seconds and fraction optional: whole seconds since 1970
/// and the fraction in [0, 1).
bool parse_date_time(std::string_view field, long long& seconds, double& fraction);

FieldKind kind_of(std::string_view field, bool decimal_comma);

}  // namespace mote::store
