// Rows of numbers: CSV and TSV with or without a header, time stamps, a label a row.
#include "store/format.hpp"

#include "store/beginning.hpp"
#include "store/delimited.hpp"
#include "store/time_axis.hpp"

#include <algorithm>
#include <cmath>

namespace mote::store::formats {

namespace {

using base::Error;
using Fields = std::vector<std::string_view>;

constexpr std::size_t columns_max = 4096;
constexpr std::size_t rows_judged = 64;

/// What becomes of a column: the number of its channel, or one of these.
constexpr int skipped = -1;
constexpr int time_stamp = -2;
constexpr int label = -3;

struct Table {
    Dialect dialect;
    std::vector<std::string> names;
    std::vector<FieldKind> kinds;
    std::vector<int> roles;
    std::vector<Channel> channels;
    std::size_t time_index = 0;
    bool has_time = false;
    bool has_label = false;
};

std::string place(std::size_t row, const std::string& column) { return "row " + std::to_string(row) + ", column \"" + column + "\": "; }

std::string quoted(std::string_view field) {
    if (!base::is_utf8(field)) return "bytes that are not UTF-8";
    return "\"" + beginning(field, 40, "?") + (field.size() > 40 ? "...\"" : "\"");
}

std::string extension_of(std::string_view file_name) {
    const std::size_t dot = file_name.find_last_of("./\\");
    return dot == std::string_view::npos || file_name[dot] != '.' ? "" : base::lower(file_name.substr(dot));
}

bool looks_like_text(std::string_view head) {
    return std::none_of(head.begin(), head.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
    });
}

/// Under another name only what is plainly a table: two rows or more of the same width, at least two columns, half of them numbers.
bool is_plain_table(std::string_view head) {
    const std::size_t first = head.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || head[first] == '{' || head[first] == '[' || head[first] == '<') return false;
    const std::size_t last = head.find_last_of("\r\n");
    if (head.size() >= 4096 && last != std::string_view::npos) head = head.substr(0, last);
    const Dialect dialect = detect_dialect(head);
    RowReader reader(head, dialect.delimiter);
    Fields fields;
    std::size_t rows = 0, width = 0, numbers = 0;
    for (bool header = dialect.has_header; reader.next(fields); header = false) {
        if (header) continue;
        if (rows++ == 0) width = fields.size();
        if (fields.size() != width || width < 2) return false;
        for (const auto field : fields) {
            const FieldKind kind = kind_of(field, dialect.decimal_comma);
            numbers += kind == FieldKind::number || kind == FieldKind::date_time;
        }
    }
    return rows >= 2 && 2 * numbers >= rows * width;
}

bool match(std::string_view file_name, std::span<const std::byte> head) {
    const std::string_view text = base::as_text(head);
    const std::string extension = extension_of(file_name);
    if (extension == ".csv" || extension == ".tsv")
        return looks_like_text(text) || text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
    if (extension != ".txt" && extension != ".dat" && !extension.empty()) return false;
    try {
        return looks_like_text(text) && is_plain_table(text);
    } catch (const Error&) {
        return false;
    }
}

bool counts_up(const std::vector<std::vector<std::string>>& rows, std::size_t column) {
    double last = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        double value = 0;
        if (!parse_number(rows[r][column], false, value) || (r > 0 && value != last + 1)) return false;
        last = value;
    }
    return true;
}

/// Names of the columns, from the header where there is one. A leading column without a name that counts the rows gets the name "".
void name_columns(Table& table, const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                  std::size_t width) {
    if (!table.dialect.has_header) {
        for (std::size_t c = 0; c < width; ++c) table.names.push_back("column_" + std::to_string(c + 1));
        return;
    }
    for (const auto& name : header)
        if (!base::is_utf8(name)) throw Error("bad_input", "row 1: the header is not UTF-8", "save the file as UTF-8");
    table.names = header;
    if (header.size() + 1 == width && counts_up(rows, 0)) table.names.insert(table.names.begin(), "");
    // A trailing delimiter in every row but not in the header.
    if (header.size() + 1 == width && std::all_of(rows.begin(), rows.end(), [](const auto& row) { return row.back().empty(); }))
        table.names.push_back("");
    if (table.names.size() != width)
        throw Error("bad_input",
                    "the header names " + std::to_string(header.size()) + " columns, but the rows have " + std::to_string(width),
                    "give each column one name");
    for (std::size_t c = 0; c < width; ++c) {
        if (!table.names[c].empty()) continue;
        if (c > 0 || !counts_up(rows, 0)) table.names[c] = "column_" + std::to_string(c + 1);
    }
}

FieldKind kind_of_column(const std::vector<std::vector<std::string>>& rows, std::size_t column, bool decimal_comma) {
    std::size_t counts[4] = {};
    for (const auto& row : rows) ++counts[static_cast<std::size_t>(kind_of(row[column], decimal_comma))];
    const auto count = [&](FieldKind kind) { return counts[static_cast<std::size_t>(kind)]; };
    const std::size_t filled = rows.size() - count(FieldKind::empty);
    if (filled == 0) return FieldKind::empty;
    if (2 * count(FieldKind::number) >= filled) return FieldKind::number;
    return 2 * count(FieldKind::date_time) >= filled ? FieldKind::date_time : FieldKind::text;
}

std::size_t find_column(const Table& table, const std::string& name, std::string_view setting) {
    const auto found = std::find_if(table.names.begin(), table.names.end(),
                                    [&](const std::string& column) { return column == name || split_unit(column).first == name; });
    if (found != table.names.end()) return static_cast<std::size_t>(found - table.names.begin());
    const std::string near = base::did_you_mean(name, table.names);
    throw Error("bad_input", "has no column \"" + name + "\" (" + std::string(setting) + ")",
                near.empty() ? "its columns are " + base::join(table.names, ", ") : near);
}

void choose_time(Table& table, const ReadOptions& options) {
    if (!options.time_column.empty()) {
        table.time_index = find_column(table, options.time_column, "time_column");
        table.has_time = true;
        return;
    }
    for (std::size_t c = 0; c < table.names.size() && !table.has_time; ++c) {
        const bool stamps = table.kinds[c] == FieldKind::number || table.kinds[c] == FieldKind::date_time;
        if (stamps && table.dialect.has_header && is_time_name(table.names[c])) table.time_index = c, table.has_time = true;
    }
    for (std::size_t c = 0; c < table.names.size() && !table.has_time; ++c)
        if (table.kinds[c] == FieldKind::date_time) table.time_index = c, table.has_time = true;
}

void choose_roles(Table& table, const ReadOptions& options) {
    table.roles.assign(table.names.size(), skipped);
    choose_time(table, options);
    if (table.has_time) table.roles[table.time_index] = time_stamp;
    if (!options.label_column.empty()) {
        table.roles[find_column(table, options.label_column, "label_column")] = label;
        table.has_label = true;
    }
    for (std::size_t c = 0; c < table.names.size() && !table.has_label; ++c)
        if (base::lower(table.names[c]) == "label") table.roles[c] = label, table.has_label = true;
    const auto add = [&](std::size_t c) {
        table.roles[c] = static_cast<int>(table.channels.size());
        auto [name, unit] = split_unit(table.names[c]);
        table.channels.push_back({std::move(name), std::move(unit)});
    };
    for (const auto& name : options.channels) {
        const std::size_t c = find_column(table, name, "channels");
        if (table.roles[c] != skipped) throw Error("bad_input", "column \"" + name + "\" is asked for twice", "name each column once");
        add(c);
    }
    if (options.channels.empty())
        for (std::size_t c = 0; c < table.names.size(); ++c)
            if (table.roles[c] == skipped && table.kinds[c] == FieldKind::number && !table.names[c].empty()) add(c);
    if (table.channels.empty())
        throw Error("unsupported", "has no column of numbers to read",
                    "its columns are " + base::join(table.names, ", ") + "; is this a table of labels rather than of readings?");
}

/// Judges header, columns and their use from the first rows.
Table open_table(std::string_view text, char delimiter, const ReadOptions& options) {
    Table table;
    table.dialect = detect_dialect(text, delimiter);
    RowReader reader(text, table.dialect.delimiter);
    Fields fields;
    std::vector<std::string> header;
    if (table.dialect.has_header && reader.next(fields)) header.assign(fields.begin(), fields.end());
    std::vector<std::vector<std::string>> rows;
    while (rows.size() < rows_judged && reader.next(fields)) {
        if (fields.size() > columns_max)
            throw Error("bad_input",
                        "row " + std::to_string(reader.row()) + " has " + std::to_string(fields.size()) + " columns, at most " +
                            std::to_string(columns_max) + " are read",
                        "check the delimiter");
        // Rows of another width are named when the row itself is read.
        if (rows.empty() || fields.size() == rows[0].size()) rows.emplace_back(fields.begin(), fields.end());
    }
    if (rows.empty())
        throw Error("bad_input", header.empty() ? "holds no rows" : "holds a header but no rows", "record it again, or leave it out");
    name_columns(table, header, rows, rows[0].size());
    for (std::size_t c = 0; c < table.names.size(); ++c) table.kinds.push_back(kind_of_column(rows, c, table.dialect.decimal_comma));
    choose_roles(table, options);
    return table;
}

/// Runs of equal labels become spans.
class LabelColumn {
  public:
    void add(std::string_view field, std::size_t frame, std::size_t row, const std::string& column) {
        if (field == last_ && frame > 0) return;
        if (!base::is_utf8(field)) throw Error("bad_input", place(row, column) + "the label is not UTF-8", "save the file as UTF-8");
        close(frame);
        last_ = field;
        begin_ = frame;
    }
    std::size_t bytes() const { return spans_.size() * sizeof(LabelSpan); }
    void finish(std::size_t frames, Recording& recording) {
        close(frames);
        if (spans_.size() == 1 && spans_[0].begin == 0 && spans_[0].end == frames)
            recording.label = spans_[0].label;
        else
            recording.signal.labels = std::move(spans_);
    }

  private:
    void close(std::size_t end) {
        if (end > begin_ && !last_.empty()) spans_.push_back({begin_, end, last_});
    }
    std::vector<LabelSpan> spans_;
    std::string last_;
    std::size_t begin_ = 0;
};

[[noreturn]] void bad_value(std::string_view field, float value, std::size_t row, const std::string& column) {
    if (field.empty())
        throw Error("bad_input", place(row, column) + "the value is missing",
                    "fill it in, remove the row, or leave the column out (channels)");
    if (std::isnan(value) || std::isinf(value))
        throw Error("bad_input", place(row, column) + quoted(field) + " is not a finite number", "repair or remove the row");
    throw Error("bad_input", place(row, column) + quoted(field) + " is not a number", "correct it, or leave the column out (channels)");
}

void add_stamp(TimeAxis& times, const Table& table, std::string_view field, std::size_t row) {
    long long seconds = 0;
    double value = 0;
    if (table.kinds[table.time_index] == FieldKind::date_time && parse_date_time(field, seconds, value))
        times.add(seconds, value, row);
    else if (table.kinds[table.time_index] == FieldKind::number && parse_number(field, table.dialect.decimal_comma, value))
        times.add(value, row);
    else
        throw Error("bad_input", place(row, table.names[table.time_index]) + quoted(field) + " is not a time stamp",
                    "write numbers, or dates such as 2024-05-01T12:00:00.5, or name another column (time_column)");
}

class TableReader {
  public:
    TableReader(const Table& table, const ReadOptions& options)
        : table_(table), options_(options), times_(table.has_time ? table.names[table.time_index] : "", options.time_unit) {}

    Recording read(std::string_view text) {
        RowReader reader(text, table_.dialect.delimiter);
        Fields fields;
        if (table_.dialect.has_header) reader.next(fields);
        const std::size_t width = table_.names.size();
        while (reader.next(fields)) {
            if (fields.size() != width)
                throw Error("bad_input",
                            "row " + std::to_string(reader.row()) + " has " + std::to_string(fields.size()) +
                                (fields.size() == 1 ? " value" : " values") + ", the others have " + std::to_string(width),
                            "correct the row; a file that was cut short ends in such a row");
            values_.resize(values_.size() + table_.channels.size());
            take(fields, values_.data() + values_.size() - table_.channels.size(), reader.row());
            if ((++frames_ & 1023) == 0) check_size();
        }
        check_size();
        return finish();
    }

  private:
    void take(const Fields& fields, float* to, std::size_t row) {
        for (std::size_t c = 0; c < fields.size(); ++c) {
            const int role = table_.roles[c];
            if (role >= 0) {
                float value = 0;
                if (!parse_number(fields[c], table_.dialect.decimal_comma, value) || !std::isfinite(value))
                    bad_value(fields[c], value, row, table_.names[c]);
                to[role] = value;
            } else if (role == time_stamp) {
                add_stamp(times_, table_, fields[c], row);
            } else if (role == label) {
                labels_.add(fields[c], frames_, row, table_.names[c]);
            }
        }
    }

    void check_size() const {
        const std::uint64_t bytes = values_.size() * sizeof(float) + times_.size() * TimeAxis::bytes_per_stamp + labels_.bytes();
        if (bytes > options_.limit_bytes)
            throw Error("bad_input", "holds more than " + base::human_bytes(options_.limit_bytes) + " of readings",
                        "split the file, or raise the size limit");
    }

    Recording finish() {
        Recording recording;
        Signal& signal = recording.signal;
        signal.channels = table_.channels;
        signal.frames = frames_;
        labels_.finish(frames_, recording);
        signal.values = std::move(values_);
        if (!table_.has_time) {
            if (!(options_.rate_hz > 0))
                throw Error("bad_input", "has no time stamps and no rate",
                            "give the rate in Hz (rate_hz), or name the time column (time_column)");
            signal.rate_hz = options_.rate_hz;
            return recording;
        }
        TimeAxis::Result time = times_.finish();
        signal.rate_hz = time.regular || !(options_.rate_hz > 0) ? time.rate_hz : options_.rate_hz;
        recording.metadata["time_unit"] = time.unit;
        if (!time.regular) recording.metadata["irregular"] = true;
        recording.warnings = std::move(time.warnings);
        return recording;
    }

    const Table& table_;
    const ReadOptions& options_;
    TimeAxis times_;
    LabelColumn labels_;
    std::vector<float> values_;
    std::size_t frames_ = 0;
};

void read(std::string_view file_name, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    const std::string_view text = delimited_text(base::as_text(bytes));
    const Table table = open_table(text, extension_of(file_name) == ".tsv" ? '\t' : '\0', options);
    sink(TableReader(table, options).read(text));
}

}  // namespace

const Format& csv() {
    static const Format format{.name = "csv",
                               .help = "rows of numbers, with or without header, time stamps and labels",
                               .extensions = {".csv", ".tsv", ".txt"},
                               .match = match,
                               .read = read};
    return format;
}

}  // namespace mote::store::formats
