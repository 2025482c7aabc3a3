// A zip of NumPy arrays by name. An array of labels goes with the array of readings whose name it answers: y with x, y_train with x_train,
// labels with data, images or samples.
#include "store/archive_reader.hpp"
#include "store/npy_array.hpp"

#include "base/text.hpp"

#include <map>
#include <set>

namespace mote::store::formats {

namespace {

using base::Error;

bool match(std::string_view file_name, std::span<const std::byte> head) { return is_zip(head) && base::lower(file_name).ends_with(".npz"); }

/// Name of the array of labels beside the array `name`, or "".
std::string labels_name(const std::string& name) {
    const std::string low = base::lower(name);
    if (low == "x" || low.starts_with("x_")) return (name[0] == 'X' ? "Y" : "y") + name.substr(1);
    for (const std::string_view word : {"data", "images", "samples"})
        if (low == word || low.starts_with(std::string(word) + "_")) return "labels" + name.substr(word.size());
    return "";
}

/// The names under which the labels of `name` may stand: "X" is often paired with a lower-case "y".
std::vector<std::string> labels_names(const std::string& name) {
    const std::string first = labels_name(name);
    if (first.empty()) return {};
    return first[0] == 'Y' ? std::vector<std::string>{first, "y" + first.substr(1)} : std::vector<std::string>{first};
}

std::string array_name(std::string name) {
    if (name.ends_with(".npy")) name.resize(name.size() - 4);
    return name;
}

class NpzReader {
  public:
    NpzReader(std::span<const std::byte> bytes, const ReadOptions& options) : bytes_(bytes), options_(options) {}

    void read(const Sink& sink) {
        find_names();
        each([&](const std::string& name) { return label_names_.contains(name); },
             [&](const std::string& name, const base::Bytes& bytes) {
                 auto labels = npy_labels(parse_npy(bytes));
                 if (!labels.empty()) labels_[name] = std::move(labels);
             });
        std::size_t arrays = 0;
        each([&](const std::string& name) { return !labels_.contains(name); },
             [&](const std::string& name, const base::Bytes& bytes) {
                 const NpyArray array = parse_npy(bytes);
                 read_npy(array, labels_of(name), name, options_, [&](Recording&& recording) {
                     in_sink_ = true;
                     sink(std::move(recording));
                     in_sink_ = false;
                 });
                 ++arrays;
             });
        if (arrays == 0) throw Error("bad_input", "holds no array of readings", "save the readings as an array named x");
    }

  private:
    std::vector<std::string> labels_of(const std::string& name) const {
        for (const auto& partner : labels_names(name))
            if (const auto found = labels_.find(partner); found != labels_.end()) return found->second;
        return {};
    }

    void find_names() {
        ArchiveReader archive(ArchiveReader::Kind::zip, bytes_, options_.limit_bytes);
        while (const auto member = archive.next([](const Error& error) { throw error; }))
            for (auto& name : labels_names(array_name(*member))) label_names_.insert(std::move(name));
    }

    template <class Wanted, class Use>
    void each(const Wanted& wanted, const Use& use) {
        ArchiveReader archive(ArchiveReader::Kind::zip, bytes_, options_.limit_bytes);
        while (const auto member = archive.next([](const Error& error) { throw error; })) {
            const std::string name = array_name(*member);
            if (!wanted(name)) continue;
            try {
                use(name, archive.read());
            } catch (const Error& error) {
                if (archive.broken() || in_sink_ || error.message().starts_with(name)) throw;
                throw error.at(name);
            }
        }
    }

    std::span<const std::byte> bytes_;
    const ReadOptions& options_;
    std::set<std::string> label_names_;
    std::map<std::string, std::vector<std::string>> labels_;
    bool in_sink_ = false;
};

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    if (!is_zip(bytes)) throw Error("bad_input", "byte 0: is not a zip of arrays", "save it with numpy.savez");
    NpzReader(bytes, options).read(sink);
}

}  // namespace

const Format& npz() {
    static const Format format{.name = "npz",
                               .help = "NumPy arrays by name; labels from y beside x, or labels beside data",
                               .extensions = {".npz"},
                               .match = match,
                               .read = read};
    return format;
}

}  // namespace mote::store::formats
