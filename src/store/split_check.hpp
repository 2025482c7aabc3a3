// What can be wrong with splits as a whole, once every recording has one.
#pragma once

#include "store/ingest.hpp"

#include <set>
#include <string>
#include <vector>

namespace mote::store {

/// Recordings with the same values in several splits: what is tested has been learnt. Removed and excluded ones do not count.
std::vector<IngestIssue> split_leaks(const Store& store);

/// Few groups, put into splits by hash alone, can leave a split without any. Then a group of `movable` goes there, the nearest to it by its
/// hash: train is filled first, then test, then validation, and none is emptied for one that comes later. Says what was moved, and what
/// stays empty. The result does not depend on the order of arrival.
std::vector<IngestIssue> fill_splits(Store::Parts& parts, const IngestOptions& options, const std::set<std::string>& movable);

}  // namespace mote::store
