#include "protocol.hpp"

#include <cmath>

namespace runner {

namespace {

/// Of the one block that decides. Clients name it when they set its threshold.
constexpr int block_id = 1;

std::string head(const std::string& id, bool success) {
    return "{" + (id.empty() ? std::string() : "\"id\":" + id + ",") + "\"success\":" + (success ? "true" : "false");
}

std::string count_text(std::size_t n, const char* what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

std::string field(const char* name, double value) { return "\"" + std::string(name) + "\":" + number_text(value); }

/// Samples of numbers as clients send them: a pixel is 0xRRGGBB. "" or what is wrong.
std::string to_samples(const Facts& facts, const std::vector<double>& numbers, std::vector<float>& samples) {
    samples.clear();
    samples.reserve(facts.is_image() ? numbers.size() * facts.channels : numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const double value = numbers[i];
        if (!std::isfinite(value)) return "value " + std::to_string(i) + " is no finite number";
        if (!facts.is_image()) {
            samples.push_back(static_cast<float>(value));
            continue;
        }
        if (value < 0 || value > 0xffffff) return "pixel " + std::to_string(i) + " is not from 0 to 0xffffff";
        const auto pixel = static_cast<std::uint32_t>(value);
        const std::uint32_t red = pixel >> 16, green = pixel >> 8 & 255, blue = pixel & 255;
        if (facts.channels == 3) {
            for (const std::uint32_t colour : {red, green, blue}) samples.push_back(static_cast<float>(colour));
        } else {
            // Luma of ITU-R BT.601; of a grey pixel its value.
            samples.push_back(static_cast<float>((red * 299 + green * 587 + blue * 114 + 500) / 1000));
        }
    }
    return "";
}

}  // namespace

Protocol::Protocol(Engine& engine, const SharedFeatures& shared) : engine_(engine), shared_(shared) {
    engine_.reset();
    last_.probabilities.assign(engine_.facts().labels.size(), 0.0f);
}

// A float prints in at most 24 characters; a client that sends doubles indented by two is still understood.
std::size_t Protocol::limit_bytes() const { return 16384 + 32 * engine_.facts().protocol_values(); }

std::string Protocol::failure(const std::string& id, const std::string& what) {
    return head(id, false) + ",\"error\":" + quoted(what) + "}";
}

std::string Protocol::answer(const std::string& request) {
    Json json;
    const std::string wrong = parse_json(request, json);
    if (!wrong.empty()) return failure("", "the request is no JSON: " + wrong);
    if (json.kind != Json::Kind::object) return failure("", "the request is no JSON object");
    std::string id;
    if (const Json* given = json.find("id"))
        if (given->kind == Json::Kind::number) id = number_text(given->number);
    return dispatch(json, id);
}

std::string Protocol::dispatch(const Json& request, const std::string& id) {
    if (request.find("hello") != nullptr) return hello(id);
    for (const bool is_continuous : {false, true}) {
        const std::string name = is_continuous ? "classify_continuous" : "classify";
        if (const Json* numbers = request.find(name)) {
            if (!numbers->is_numbers()) return failure(id, name + " is no array of numbers");
            return classify(numbers->numbers, is_continuous, id);
        }
        if (const Json* shared = request.find(name + "_shm")) return classify_shared(*shared, is_continuous, id);
    }
    if (const Json* threshold = request.find("set_threshold")) return set_threshold(*threshold, id);
    if (const Json* parameter = request.find("set_parameter")) return set_parameter(*parameter, id);
    return failure(id,
                   "the request is none of hello, classify, classify_continuous, classify_shm, classify_continuous_shm, set_threshold "
                   "and set_parameter");
}

std::string Protocol::hello(const std::string& id) const {
    const Facts& f = engine_.facts();
    std::string labels;
    for (const std::string& label : f.labels) labels += (labels.empty() ? "" : ",") + quoted(label);
    const auto number = [](const char* name, std::size_t value) { return field(name, static_cast<double>(value)) + ","; };
    std::string out = head(id, true) + ",\"model_parameters\":{";
    out += number("axis_count", f.is_image() ? 1 : f.channels) + field("frequency", f.rate_hz) + "," + "\"has_anomaly\":0,";
    out += number("image_channel_count", f.is_image() ? f.channels : 0) + number("image_input_frames", f.is_image() ? 1 : 0);
    out += number("image_input_height", f.height) + number("image_input_width", f.width) + "\"image_resize_mode\":";
    out += !f.is_image() ? "\"none\"," : f.fit == "crop" ? "\"fit-shortest\"," : f.fit == "pad" ? "\"fit-longest\"," : "\"squash\",";
    out += "\"inferencing_engine\":255," + number("input_features_count", f.protocol_values());
    out += field("interval_ms", f.rate_hz > 0 ? 1000 / f.rate_hz : 0) + "," + number("label_count", f.labels.size());
    out += "\"labels\":[" + labels + "],\"model_type\":\"classification\",\"has_performance_calibration\":false,";
    out += field("sensor", f.sensor) + ",";
    out += number("slice_size", f.is_image() ? f.protocol_values() : f.stride_frames * f.channels);
    out += "\"use_continuous_mode\":" + std::string(f.is_image() ? "false" : "true");
    out += ",\"thresholds\":[{" + field("id", block_id) + ",\"type\":\"classification\"," + field("min_score", threshold_) + "}]}";
    out += ",\"project\":{\"deploy_version\":1,\"id\":1,\"name\":" + quoted(f.project) +
           ",\"owner\":\"mote\",\"model\":" + quoted(f.model_hash) + "}";
    if (!shared_.name.empty())
        out += ",\"features_shm\":{\"name\":" + quoted(shared_.name) + ",\"type\":\"float32\"," + number("elements", shared_.count) +
               field("size_bytes", static_cast<double>(shared_.count * sizeof(float))) + "}";
    return out + "}";
}

std::string Protocol::classify(const std::vector<double>& numbers, bool is_continuous, const std::string& id) {
    const Facts& f = engine_.facts();
    const bool is_slice = is_continuous && !f.is_image();
    if (is_slice && (numbers.empty() || numbers.size() > f.protocol_values() || numbers.size() % f.channels != 0))
        return failure(id, "a slice of " + count_text(numbers.size(), "value") + "; the model takes whole frames of " +
                               count_text(f.channels, "value") + ", at most " + std::to_string(f.protocol_values()) + " values at once");
    if (!is_slice && numbers.size() != f.protocol_values())
        return failure(id,
                       "a window of " + count_text(numbers.size(), "value") + "; the model takes " + std::to_string(f.protocol_values()));
    std::vector<float> samples;
    std::string wrong = to_samples(f, numbers, samples);
    if (!wrong.empty()) return failure(id, wrong);
    if (!is_slice) {
        Decision decision;
        wrong = engine_.classify(samples, decision);
        return wrong.empty() ? result(decision, id) : failure(id, wrong);
    }
    std::vector<Decision> decisions;
    wrong = engine_.listen(samples, decisions);
    if (!wrong.empty()) return failure(id, wrong);
    last_.is_event = false;
    for (Decision& decision : decisions) {
        // An event of a decision that another one follows in the same slice is reported with that one.
        const Decision before = last_;
        last_ = std::move(decision);
        if (before.is_event && !last_.is_event) last_.is_event = true, last_.label = before.label, last_.score = before.score;
    }
    return result(last_, id);
}

std::string Protocol::classify_shared(const Json& request, bool is_continuous, const std::string& id) {
    const Json* elements = request.find("elements");
    if (shared_.name.empty()) return failure(id, "there is no shared memory");
    if (elements == nullptr || elements->kind != Json::Kind::number || !(elements->number >= 0) ||
        elements->number > static_cast<double>(shared_.count) || elements->number != std::floor(elements->number))
        return failure(id, "elements is no number from 0 to " + std::to_string(shared_.count));
    std::vector<double> numbers;
    if (!shared_.read(numbers, static_cast<std::size_t>(elements->number))) return failure(id, "the shared memory cannot be read");
    return classify(numbers, is_continuous, id);
}

std::string Protocol::set_threshold(const Json& request, const std::string& id) {
    const Json* block = request.find("id");
    const Json* score = request.find("min_score");
    if (block == nullptr || block->kind != Json::Kind::number || block->number != block_id)
        return failure(id, "there is no block of that id: the only one is " + std::to_string(block_id));
    if (score == nullptr || score->kind != Json::Kind::number || !(score->number >= 0) || score->number > 1)
        return failure(id, "min_score is no number from 0 to 1");
    threshold_ = score->number;
    return head(id, true) + "}";
}

std::string Protocol::set_parameter(const Json& request, const std::string& id) const {
    const Facts& f = engine_.facts();
    if (request.kind != Json::Kind::object || request.names.empty()) return failure(id, "set_parameter names no parameter");
    const struct {
        const char* name;
        std::size_t value;
    } fixed[] = {{"image_width", f.width}, {"image_height", f.height}, {"image_channels", f.channels}};
    for (std::size_t i = 0; i < request.names.size(); ++i) {
        bool is_known = false;
        for (const auto& parameter : fixed) {
            if (request.names[i] != parameter.name || !f.is_image()) continue;
            is_known = true;
            if (request.items[i].kind != Json::Kind::number || request.items[i].number != static_cast<double>(parameter.value))
                return failure(id, std::string(parameter.name) + " is fixed in this model: " + std::to_string(parameter.value));
        }
        if (!is_known) return failure(id, "this model has no such parameter");
    }
    return head(id, true) + "}";
}

std::string Protocol::result(const Decision& decision, const std::string& id) const {
    const Facts& f = engine_.facts();
    std::string out = head(id, true) + ",\"result\":{\"classification\":{";
    for (std::size_t i = 0; i < f.labels.size(); ++i)
        out += (i == 0 ? "" : ",") + quoted(f.labels[i]) + ":" + number_text(static_cast<double>(decision.probabilities[i]));
    out += "}";
    if (decision.is_event && static_cast<double>(decision.score) >= threshold_)
        out +=
            ",\"event\":{\"label\":" + quoted(f.labels[decision.label]) + "," + field("score", static_cast<double>(decision.score)) + "}";
    // Clients add these up and divide by the sum.
    out += "},\"timing\":{" + field("dsp", decision.features_ms) + "," + field("classification", decision.model_ms) +
           ",\"anomaly\":0,\"postprocessing\":0}";
    return out + "}";
}

}  // namespace runner
