#include "store/byte_source.hpp"

#include "base/error.hpp"
#include "store/byte_reader.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include <zlib.h>

namespace mote::store {

namespace {

class Plain : public ByteSource {
  public:
    explicit Plain(std::span<const std::byte> bytes) : bytes_(bytes) {}
    std::size_t read(std::span<std::byte> to) override {
        const std::size_t n = std::min(to.size(), bytes_.size());
        std::copy_n(bytes_.begin(), n, to.begin());
        bytes_ = bytes_.subspan(n);
        position_ += n;
        return n;
    }

  private:
    std::span<const std::byte> bytes_;
};

class Gzip : public ByteSource {
  public:
    explicit Gzip(std::span<const std::byte> bytes) : bytes_(bytes) {
        if (inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK)
            throw base::Error("internal", "no memory for unpacking", "close other programs");
    }
    ~Gzip() override { inflateEnd(&stream_); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    std::size_t read(std::span<std::byte> to) override {
        std::size_t done = 0;
        while (done < to.size() && !ended_) done += step(to.subspan(done));
        position_ += done;
        return done;
    }

  private:
    std::size_t step(std::span<std::byte> to) {
        constexpr std::size_t piece = std::numeric_limits<uInt>::max();
        const std::size_t room = std::min(to.size(), piece), left = std::min(bytes_.size() - at_, piece);
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes_.data() + at_));
        stream_.avail_in = static_cast<uInt>(left);
        stream_.next_out = reinterpret_cast<Bytef*>(to.data());
        stream_.avail_out = static_cast<uInt>(room);
        const int code = inflate(&stream_, Z_NO_FLUSH);
        at_ += left - stream_.avail_in;
        const std::size_t got = room - stream_.avail_out;
        if (code == Z_STREAM_END) {
            // A further member, or padding that gzip itself ignores.
            ended_ = !has_magic(bytes_, "\x1f\x8b", at_);
            if (!ended_) inflateReset(&stream_);
        } else if (code != Z_OK || (got == 0 && left == stream_.avail_in)) {
            const bool cut = at_ >= bytes_.size();
            throw base::Error("bad_input",
                              "byte " + std::to_string(at_) +
                                  " of the packed file: " + (cut ? "the gzip stream is cut short" : "the gzip stream is damaged"),
                              "copy the file again");
        }
        return got;
    }

    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
    bool ended_ = false;
    z_stream stream_{};
};

}  // namespace

std::unique_ptr<ByteSource> open_source(std::span<const std::byte> bytes) {
    if (has_magic(bytes, "\x1f\x8b\x08")) return std::make_unique<Gzip>(bytes);
    return std::make_unique<Plain>(bytes);
}

}  // namespace mote::store
