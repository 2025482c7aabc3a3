#include "store/archive_members.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace mote::store {

namespace {

using base::Bytes;
using base::Error;

std::string folder_of(std::string_view path) {
    const std::size_t slash = path.find_last_of('/');
    return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash + 1));
}

class MemberReader {
  public:
    MemberReader(ArchiveReader::Kind kind, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink)
        : kind_(kind), bytes_(bytes), options_(options), sink_(sink) {}

    void read() {
        ArchiveReader archive(kind_, bytes_, options_.limit_bytes);
        const auto on_bad = [this](const Error& error) { report(error); };
        while (const auto name = archive.next(on_bad)) {
            try {
                read_member(*name, archive.read());
            } catch (const Error& error) {
                // An error of the archive, of the limits or of the receiver is no error of one member.
                if (archive.broken() || fatal_) throw;
                report(error.at(*name));
            }
        }
        if (first_error_) throw *first_error_;
        if (recordings_ == 0 && reported_ == 0) throw Error("bad_input", "holds no file that can be read", "put recordings into it");
        if (recordings_ == 0 && !options_.on_bad_member)
            throw Error("bad_input", "holds no recording: " + first_reason_, "put recordings into it");
    }

  private:
    void report(const Error& error) {
        if (reported_++ == 0) first_reason_ = error.message();
        if (options_.on_bad_member)
            options_.on_bad_member(error);
        else if (!first_error_ && error.code() != "unsupported")
            first_error_ = error;
    }

    void read_member(const std::string& name, const Bytes& bytes) {
        const auto head = std::span(bytes).first(std::min<std::size_t>(bytes.size(), 4096));
        const Format* format = find_format(name, head);
        if (bytes.empty()) throw Error("bad_input", "is empty", "leave it out, or record it again");
        if (!format) throw Error("unsupported", "no format knows it", "convert it to wav, csv or png, or leave it out");
        if (format->name == "zip" || format->name == "tar")
            throw Error("bad_input", "is an archive inside an archive", "unpack it and pack its files");
        if (format->companion_of && has_any(name, format->companion_of(name))) return;
        ReadOptions options = options_;
        if (format->companion_names) load_companions(name, *format, options);
        format->read(name, bytes, options, [&](Recording&& recording) {
            recording.name = recording.name.empty() ? name : name + "/" + recording.name;
            pass_on(std::move(recording));
        });
    }

    void pass_on(Recording&& recording) {
        decoded_bytes_ += recording.signal.bytes().size();
        ++recordings_;
        fatal_ = true;
        if (decoded_bytes_ > options_.limit_bytes)
            throw Error("bad_input", "decodes to more than " + base::human_bytes(options_.limit_bytes),
                        "split the archive, or raise the size limit");
        sink_(std::move(recording));
        fatal_ = false;
    }

    const std::set<std::string>& names() {
        if (!names_) {
            names_.emplace();
            ArchiveReader archive(kind_, bytes_, options_.limit_bytes);
            while (auto member = archive.next([](const Error&) {})) names_->insert(std::move(*member));
        }
        return *names_;
    }

    bool has_any(const std::string& name, const std::vector<std::string>& partners) {
        return std::any_of(partners.begin(), partners.end(),
                           [&](const auto& partner) { return names().contains(folder_of(name) + partner); });
    }

    /// Companions may stand before or behind what they belong to. All of them are taken in one further pass, so that an archive of many
    /// pairs is not gone through once a pair.
    void load_companions(const std::string& name, const Format& format, ReadOptions& options) {
        options.companions.clear();
        const std::vector<std::string> partners = format.companion_names(name);
        if (!has_any(name, partners)) return;
        if (!companions_) {
            std::set<std::string> wanted;
            for (const auto& other : names())
                for (const auto& partner : format.companion_names(other)) wanted.insert(folder_of(other) + partner);
            companions_.emplace();
            ArchiveReader archive(kind_, bytes_, options_.limit_bytes);
            while (const auto member = archive.next([](const Error&) {}))
                if (wanted.contains(*member)) (*companions_)[*member] = archive.read();
        }
        for (const auto& partner : partners)
            if (const auto found = companions_->find(folder_of(name) + partner); found != companions_->end())
                options.companions[partner] = found->second;
    }

    ArchiveReader::Kind kind_;
    std::span<const std::byte> bytes_;
    const ReadOptions& options_;
    const Sink& sink_;
    std::optional<std::set<std::string>> names_;
    std::optional<std::map<std::string, Bytes>> companions_;
    std::optional<Error> first_error_;
    std::string first_reason_;
    std::size_t recordings_ = 0;
    std::size_t reported_ = 0;
    std::uint64_t decoded_bytes_ = 0;
    bool fatal_ = false;
};

}  // namespace

void read_members(ArchiveReader::Kind kind, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    MemberReader(kind, bytes, options, sink).read();
}

}  // namespace mote::store
