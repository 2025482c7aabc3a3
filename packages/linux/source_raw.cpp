// Samples as the model takes them, little-endian, channels interleaved: int16 sound, bytes of images, floats.
#include "source.hpp"

#include <cstring>

namespace runner {

namespace {

class RawSource final : public Source {
  public:
    RawSource(const SourceOptions& options, const Facts& facts)
        : kind_(facts.sample), frame_bytes_(facts.channels * size_of(facts.sample)), file_(options.device) {}
    bool is_live() const override { return false; }

    Got read(std::vector<float>& values) override {
        if (!file_.has_bytes()) return Got::nothing;
        char bytes[16384];
        const long count = file_.read(bytes, sizeof bytes);
        if (count < 0) return Got::nothing;
        if (count == 0) {
            if (!pending_.empty())
                throw Failure("the samples end in the middle of a frame: " + std::to_string(pending_.size()) + " bytes are left");
            return Got::end;
        }
        pending_.append(bytes, static_cast<std::size_t>(count));
        const std::size_t whole = pending_.size() / frame_bytes_ * frame_bytes_;
        for (std::size_t at = 0; at < whole; at += size_of(kind_)) values.push_back(value(pending_.data() + at));
        pending_.erase(0, whole);
        return values.empty() ? Got::nothing : Got::frames;
    }

  private:
    static std::size_t size_of(SampleKind kind) { return kind == SampleKind::uint8 ? 1 : kind == SampleKind::int16 ? 2 : 4; }

    float value(const char* bytes) const {
        if (kind_ == SampleKind::uint8) return static_cast<float>(static_cast<unsigned char>(*bytes));
        if (kind_ == SampleKind::int16) {
            std::int16_t sample;
            std::memcpy(&sample, bytes, sizeof sample);
            return static_cast<float>(sample);
        }
        float sample;
        std::memcpy(&sample, bytes, sizeof sample);
        return sample;
    }

    SampleKind kind_;
    std::size_t frame_bytes_;
    File file_;
    std::string pending_;
};

}  // namespace

std::unique_ptr<Source> open_raw(const SourceOptions& options, const Facts& facts) {
    return std::unique_ptr<Source>(new RawSource(options, facts));
}

}  // namespace runner
