// The socket protocol of the Linux runner on any bytes, in pieces of any size: each request gets one reply, which is JSON and whose braces
// a client can count.
#include "require.hpp"

#include "../packages/linux/json.cpp"
#include "../packages/linux/protocol.cpp"

#include <algorithm>

namespace {

namespace fuzz = mote::fuzz;
using namespace runner;

/// Takes what it is given and decides at every fourth frame.
class FakeEngine final : public Engine {
  public:
    explicit FakeEngine(bool is_image) {
        facts_.project = "a \"project\" {", facts_.labels = {"yes", "no}", "\xc3\xa9"}, facts_.rate_hz = is_image ? 0 : 100;
        facts_.frames = 8, facts_.channels = is_image ? 3 : 2, facts_.stride_frames = 4;
        if (is_image) facts_.width = 4, facts_.height = 2, facts_.fit = "crop";
    }
    const Facts& facts() const override { return facts_; }
    std::string classify(const std::vector<float>& samples, Decision& decision) override {
        fuzz::require(samples.size() == facts_.window_values(), "a window is whole");
        check(samples);
        decision.probabilities = {0.5f, 0.25f, 0.25f};
        return "";
    }
    std::string listen(const std::vector<float>& samples, std::vector<Decision>& decisions) override {
        fuzz::require(!samples.empty() && samples.size() % facts_.channels == 0, "frames are whole");
        check(samples);
        for (std::size_t i = 0; i < samples.size(); i += facts_.channels) {
            if (++frames_ % 4 != 0) continue;
            Decision decision;
            decision.probabilities = {1, 0, 0}, decision.frame = frames_, decision.is_event = true, decision.score = 1;
            decisions.push_back(decision);
        }
        return "";
    }
    void reset() override { frames_ = 0; }
    std::uint64_t bad_values() const override { return 0; }
    std::string self_test() override { return ""; }

  private:
    void check(const std::vector<float>& samples) const {
        for (const float sample : samples) fuzz::require(!facts_.is_image() || (sample >= 0 && sample <= 255), "a colour has eight bits");
    }
    Facts facts_;
    std::uint64_t frames_ = 0;
};

void check_reply(const std::string& reply) {
    Json json;
    fuzz::require(parse_json(reply, json).empty(), "a reply is JSON");
    fuzz::require(json.find("success") != nullptr && json.find("success")->kind == Json::Kind::boolean,
                  "a reply says whether it succeeded");
    fuzz::require(json.find("success")->boolean == (json.find("error") == nullptr), "what fails says why");
    int depth = 0;
    for (std::size_t i = 0; i < reply.size(); ++i) {
        depth += reply[i] == '{' ? 1 : reply[i] == '}' ? -1 : 0;
        fuzz::require(depth > 0 || i + 1 == reply.size(), "braces close at the end and not before");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    FakeEngine engine((data[0] & 1) != 0);
    SharedFeatures shared;
    if ((data[0] & 2) != 0) {
        shared.name = "/fuzz", shared.count = engine.facts().protocol_values();
        shared.read = [](std::vector<double>& numbers, std::size_t count) {
            numbers.assign(count, 7);
            return count != 3;
        };
    }
    Protocol protocol(engine, shared);
    JsonCutter cutter(4096);
    const std::size_t piece = static_cast<std::size_t>(data[1]) + 1;
    std::string request;
    for (std::size_t at = 2; at < size; at += piece) {
        cutter.add(reinterpret_cast<const char*>(data) + at, std::min(piece, size - at));
        for (JsonCutter::Found found; (found = cutter.next(request)) != JsonCutter::Found::nothing;) {
            if (found == JsonCutter::Found::too_long) return 0;
            if (found == JsonCutter::Found::object) check_reply(protocol.answer(request));
        }
    }
    return 0;
}
