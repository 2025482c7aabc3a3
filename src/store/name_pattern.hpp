// Fields read from file names: "{subject}_{run}_{device}.csv", "{label}.{rest}", "re:^(?<word>[a-z]+)_".
#pragma once

#include <map>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace mote::store {

using NameFields = std::map<std::string, std::string>;

class NamePattern {
  public:
    /// Throws base::Error "usage" that shows what is wrong with the pattern. An empty pattern matches nothing.
    explicit NamePattern(std::string_view pattern);

    /// Names of the fields, in order.
    const std::vector<std::string>& fields() const { return fields_; }
    bool empty() const { return fields_.empty(); }
    /// The fields of a name, or none when it does not fit. A pattern with '/' is held against the end of the path, else against the last
    /// part alone. A field takes as little as it can, and never a '/'; the last one takes the rest.
    NameFields match(std::string_view name) const;

  private:
    /// Of a template: a field is one character and then as few, or for the last field as many, as the rest allows.
    struct Step {
        enum Kind { literal, one, fewest, most } kind;
        char letter = 0;
    };

    void parse_template(std::string_view pattern);
    void parse_regex(std::string_view pattern);
    NameFields match_template(std::string_view text) const;

    std::string pattern_;
    std::vector<std::string> fields_;
    std::vector<std::size_t> groups_;  ///< by field: the group of the expression, or the first step of the template
    std::vector<Step> steps_;          ///< of a template
    std::regex expression_;
    std::size_t folders_ = 0;  ///< '/' in the pattern
};

}  // namespace mote::store
