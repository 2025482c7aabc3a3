// A table beside the data: one row a file, or one row a subject.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote::store {

class SideTable {
  public:
    /// Reads CSV or TSV text with a header. The key is the column "file" (also path, filename, file_name), else the first one. Throws
    /// base::Error "bad_input" naming the row of a wrong column count, a repeated key with other values, or text that is not UTF-8.
    SideTable(std::string path, std::string_view text);

    const std::string& path() const { return path_; }
    const std::string& key_column() const { return key_column_; }
    bool is_by_file() const { return by_file_; }
    const std::vector<std::string>& columns() const { return columns_; }
    std::size_t rows() const { return values_.size(); }
    /// Some key, to look at.
    const std::string& first_key() const { return values_.begin()->first; }

    using Row = std::map<std::string, std::string>;  ///< column -> value, the key's column included
    const Row* find(std::string_view key) const;
    /// The row of a sample: by the file's path below the table's folder, its name, its part inside an archive, or the ends of these, with
    /// or without extension.
    const Row* find_file(std::string_view file_path, std::string_view sample_name, std::string_view part) const;
    /// The columns of a header when `text` can be such a table, else nothing.
    static std::optional<std::vector<std::string>> header_of(std::string_view text);
    static bool names_files(std::string_view column);

  private:
    std::string path_;
    std::string folder_;
    std::string key_column_;
    bool by_file_ = false;
    std::vector<std::string> columns_;
    std::map<std::string, Row, std::less<>> values_;
};

}  // namespace mote::store
