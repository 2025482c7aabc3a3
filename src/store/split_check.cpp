#include "store/split_check.hpp"

#include "base/text.hpp"
#include "store/parts.hpp"
#include "store/rules.hpp"

#include <algorithm>
#include <map>

namespace mote::store {

namespace {

using Groups = std::map<std::string, std::set<std::string>>;  ///< those of each split

Groups read_groups(Store::Parts& parts) {
    const std::lock_guard lock(parts.lock);
    Groups groups;
    Statement rows = parts.database.prepare(
        "SELECT DISTINCT r.split, r.grp FROM sample s JOIN revision r ON r.id = s.revision WHERE s.removed = 0 AND r.grp != ''");
    while (rows.step()) groups[rows.text(0)].insert(rows.text(1));
    return groups;
}

void move_group(Store::Parts& parts, const std::string& group, const std::string& split) {
    Writing writing(parts);
    Reviser reviser(parts);
    std::vector<Sample> members;
    Statement rows = parts.database.prepare(
        std::string("SELECT ") + sample_columns +
        " FROM sample s JOIN revision r ON r.id = s.revision JOIN object o ON o.id = s.object JOIN source src ON src.id = s.source "
        "WHERE s.removed = 0 AND r.grp = ?");
    rows.bind(group);
    std::vector<int> touched;
    while (rows.step()) members.push_back(read_sample(rows)), touched.push_back(static_cast<int>(rows.integer(15)));
    rows.reset();
    for (std::size_t i = 0; i < members.size(); ++i) {
        members[i].annotation.split = split;
        reviser.add(members[i].row, members[i].annotation, touched[i]);
    }
    writing.commit();
}

/// The splits that shall not be empty, the most needed first.
std::vector<std::string> wanted_splits(const IngestOptions& options) {
    std::vector<std::string> wanted;
    if (options.test_share + options.validation_share < 1) wanted.emplace_back(split_train);
    if (options.test_share > 0) wanted.emplace_back(split_test);
    if (options.validation_share > 0) wanted.emplace_back(split_validation);
    return wanted;
}

/// The movable group that lies nearest to wanted[at] by its hash, in a split that can spare it: {group, its split}.
std::pair<std::string, std::string> nearest_group(const Groups& groups, const std::vector<std::string>& wanted, std::size_t at,
                                                  const IngestOptions& options, const std::set<std::string>& movable) {
    std::pair<std::string, std::string> best;
    double best_position = 0;
    for (const auto& [split, members] : groups) {
        const auto rank = static_cast<std::size_t>(std::find(wanted.begin(), wanted.end(), split) - wanted.begin());
        if (members.size() < 2 && rank < at) continue;
        for (const std::string& group : members) {
            if (movable.count(group) == 0) continue;
            // The hash counts upwards from test over validation to train.
            const double position = hash_position(group, options.split_salt) * (wanted[at] == split_train ? -1 : 1);
            if (!best.first.empty() && position >= best_position) continue;
            best = {group, split}, best_position = position;
        }
    }
    return best;
}

}  // namespace

std::vector<IngestIssue> split_leaks(const Store& store) {
    Store::Parts& parts = store.parts();
    const std::lock_guard lock(parts.lock);
    Statement rows = parts.database.prepare(
        "SELECT s.object, r.split, min(s.name) FROM sample s JOIN revision r ON r.id = s.revision WHERE s.removed = 0 AND r.excluded = 0 "
        "AND "
        "r.split != '' GROUP BY s.object, r.split ORDER BY s.object, r.split");
    std::vector<IngestIssue> leaks;
    std::vector<std::string> same;
    std::int64_t object = 0;
    const auto end = [&] {
        if (same.size() > 1)
            leaks.push_back({base::join(same, " and "), "the same values in different splits, so that what is tested has been learnt",
                             "remove one of them (mote data remove), or put them into one split (mote data split)"});
        same.clear();
    };
    while (rows.step()) {
        if (rows.integer(0) != object) end();
        object = rows.integer(0);
        same.push_back(rows.text(2) + " (" + rows.text(1) + ")");
    }
    end();
    return leaks;
}

std::vector<IngestIssue> fill_splits(Store::Parts& parts, const IngestOptions& options, const std::set<std::string>& movable) {
    std::vector<IngestIssue> said;
    if (movable.empty()) return said;
    Groups groups = read_groups(parts);
    std::size_t count = 0;
    for (const auto& [split, members] : groups) count += members.size();
    if (count == 1)
        return {{"", "every recording with a group is of one, \"" + *movable.begin() + "\", so all are in " + groups.begin()->first,
                 "bring in other groups, or group by something finer (group_by)"}};
    const std::vector<std::string> wanted = wanted_splits(options);
    for (std::size_t at = 0; at < wanted.size(); ++at) {
        if (!groups[wanted[at]].empty()) continue;
        const auto [group, from] = nearest_group(groups, wanted, at, options, movable);
        if (group.empty()) {
            said.push_back({"", "no group is left for " + wanted[at] + ": there are only " + std::to_string(count),
                            "bring in more groups, or group by something finer (group_by)"});
            continue;
        }
        move_group(parts, group, wanted[at]);
        groups[from].erase(group), groups[wanted[at]].insert(group);
        said.push_back({"",
                        "group \"" + group + "\" was put into " + wanted[at] + ", which would have none of the " + std::to_string(count) +
                            " groups by hash alone",
                        "choose otherwise with mote data split, a table, or split_salt"});
    }
    return said;
}

}  // namespace mote::store
