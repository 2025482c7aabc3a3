#include "store/acquisition.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>

namespace mote::store {

namespace {

using base::Error;
using base::Json;

constexpr std::size_t depth_max = 16;
constexpr std::size_t sensors_max = 4096;
constexpr std::size_t signature_digits = 64;

/// What is taken from a file. Everything else in it is passed over.
struct Acquisition {
    std::string algorithm;
    std::string signature;
    std::string device_name;
    std::string device_type;
    double issued_s = 0;
    double interval_ms = 0;
    std::vector<Channel> sensors;
    std::vector<float> values;
    std::size_t rows = 0;
    std::size_t columns = 0;
};

std::string quoted_utf8(const std::string& text) { return base::is_utf8(text) ? text : ""; }

/// Receives the events of nlohmann's parser; `path_` is where the parser stands: one key (or "" for an item of a list) a level.
class Handler : public Json::json_sax_t {
  public:
    Handler(Acquisition& out, std::uint64_t limit_bytes) : out_(out), limit_bytes_(limit_bytes) {}

    bool null() override { return other("null"); }
    bool boolean(bool) override { return other("true or false"); }
    bool number_integer(number_integer_t value) override { return number(static_cast<double>(value)); }
    bool number_unsigned(number_unsigned_t value) override { return number(static_cast<double>(value)); }
    bool number_float(number_float_t value, const string_t&) override { return number(value); }
    bool binary(binary_t&) override { return other("binary data"); }
    bool string(string_t& text) override {
        if (in_values()) return other("text");
        if (at({"protected", "alg"})) out_.algorithm = quoted_utf8(text);
        if (at({"signature"})) out_.signature = text;
        if (at({"payload", "device_name"})) out_.device_name = quoted_utf8(text);
        if (at({"payload", "device_type"})) out_.device_type = quoted_utf8(text);
        if (in_sensor("name")) out_.sensors.back().name = quoted_utf8(text);
        if (in_sensor("units")) out_.sensors.back().unit = quoted_utf8(text);
        return true;
    }

    bool start_object(std::size_t) override {
        if (in_values()) return other("a map");
        if (path_.size() == 3 && path_[0] == "payload" && path_[1] == "sensors") {
            if (out_.sensors.size() >= sensors_max)
                throw Error("bad_input", "payload.sensors names more than " + std::to_string(sensors_max) + " sensors",
                            "split the recording");
            out_.sensors.emplace_back();
        }
        return push("");
    }
    bool key(string_t& name) override {
        path_.back() = name;
        return true;
    }
    bool end_object() override { return pop(); }

    bool start_array(std::size_t) override {
        if (in_values() && path_.size() == 3) row_ = 0;
        if (path_.size() >= 4 && in_values()) return other("a list in a list");
        return push("");
    }
    bool end_array() override {
        // One row [x, y, z] of payload.values ends.
        if (path_.size() == 4 && in_values()) end_row(row_);
        return pop();
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
        error_at_ = position;
        return false;
    }
    std::size_t error_at() const { return error_at_; }

  private:
    bool at(std::initializer_list<std::string_view> path) const { return std::equal(path_.begin(), path_.end(), path.begin(), path.end()); }
    bool in_values() const { return path_.size() >= 2 && path_[0] == "payload" && path_[1] == "values"; }
    bool in_sensor(std::string_view key) const {
        return path_.size() == 4 && path_[0] == "payload" && path_[1] == "sensors" && path_[3] == key && !out_.sensors.empty();
    }
    bool push(std::string key) {
        // The CBOR parser calls itself once a level.
        if (path_.size() >= depth_max)
            throw Error("bad_input", "is nested more than " + std::to_string(depth_max) + " levels deep", "check the file");
        path_.push_back(std::move(key));
        return true;
    }
    bool pop() {
        path_.pop_back();
        return true;
    }
    std::string place() const {
        return "payload.values, row " + std::to_string(out_.rows + 1) + ", sensor " + std::to_string(row_ + 1) + ": ";
    }
    bool other(std::string_view what) {
        if (in_values()) throw Error("bad_input", place() + std::string(what) + " is not a number", "repair or remove the row");
        return true;
    }

    bool number(double value) {
        if (in_values()) {
            if (path_.size() == 2) throw Error("bad_input", "payload.values is not a list", "write one row a reading");
            const auto narrow = static_cast<float>(value);
            if (!std::isfinite(narrow)) throw Error("bad_input", place() + "the value is not a finite number", "repair or remove the row");
            if ((out_.values.size() + 1) * sizeof(float) > limit_bytes_)
                throw Error("bad_input", "holds more than " + base::human_bytes(limit_bytes_) + " of readings",
                            "split the file, or raise the size limit");
            out_.values.push_back(narrow);
            // A flat list [1, 2, 3] has one sensor.
            if (path_.size() == 3) {
                row_ = 0;
                end_row(1);
            } else {
                ++row_;
            }
        }
        if (at({"payload", "interval_ms"})) out_.interval_ms = value;
        if (at({"protected", "iat"})) out_.issued_s = value;
        return true;
    }
    void end_row(std::size_t columns) {
        if (out_.rows == 0) out_.columns = columns;
        if (columns != out_.columns || columns == 0)
            throw Error("bad_input",
                        "payload.values, row " + std::to_string(out_.rows + 1) + " has " + std::to_string(columns) +
                            " values, the others have " + std::to_string(out_.columns),
                        "repair or remove the row");
        ++out_.rows;
    }

    Acquisition& out_;
    std::uint64_t limit_bytes_;
    std::vector<std::string> path_;
    std::size_t row_ = 0;
    std::size_t error_at_ = 0;
};

void parse(Encoding encoding, std::span<const std::byte> bytes, std::uint64_t limit_bytes, Acquisition& out) {
    Handler handler(out, limit_bytes);
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const auto format = encoding == Encoding::json ? Json::input_format_t::json : Json::input_format_t::cbor;
    if (!Json::sax_parse(data, data + bytes.size(), &handler, format))
        throw Error("bad_input",
                    "byte " + std::to_string(handler.error_at()) + ": is not valid " + (encoding == Encoding::json ? "JSON" : "CBOR"),
                    "the file is damaged or cut short: copy it again");
}

/// Where the signature stands: the first place behind the word "signature" that holds its digits. Found in the bytes as they are,
/// because writing the map anew would change them.
std::size_t find_signature(std::string_view text, const std::string& signature) {
    const std::size_t key = text.find("signature");
    return key == std::string_view::npos ? key : text.find(signature, key);
}

bool is_signed(const Acquisition& in) {
    // Clients put zeros where the signature belongs, and replace them only when they have a key.
    return in.algorithm != "none" && !in.algorithm.empty() && in.signature.find_first_not_of('0') != std::string::npos;
}

/// Why the bytes are not signed with the key, or "".
std::string fault_of(const Acquisition& in, std::span<const std::byte> bytes, const std::string& key) {
    if (!is_signed(in)) return "is not signed, although a key was given";
    if (in.algorithm != "HS256") return "is signed by \"" + in.algorithm + "\", only HS256 can be checked";
    const std::string_view text = base::as_text(bytes);
    const std::size_t place = in.signature.size() == signature_digits ? find_signature(text, in.signature) : std::string_view::npos;
    if (place != std::string_view::npos) {
        std::string unsigned_text(text);
        unsigned_text.replace(place, signature_digits, signature_digits, '0');
        if (base::hex(base::hmac_sha256(key, base::as_bytes(unsigned_text))) == in.signature) return "";
    }
    return "the signature does not match the key: the file was changed, or signed with another key";
}

/// A key that is given is a demand: what it does not vouch for is refused.
void check_signature(const Acquisition& in, std::span<const std::byte> bytes, const std::string& key, Recording& recording) {
    if (!key.empty()) {
        if (const std::string fault = fault_of(in, bytes, key); !fault.empty())
            throw Error("bad_input", fault, "fetch it from its device again, give that device's key, or leave hmac_key out for this file");
        recording.metadata["signature"] = "verified";
        return;
    }
    recording.metadata["signature"] = is_signed(in) ? "unchecked" : "none";
    if (is_signed(in)) recording.remarks.emplace_back("signed, but no signature was checked: give the key (hmac_key) to have that done");
}

void check(const Acquisition& in) {
    if (in.rows == 0) throw Error("bad_input", "payload.values holds no readings", "record it again, or leave it out");
    if (!(in.interval_ms > 0) || !std::isfinite(1000 / in.interval_ms))
        throw Error("bad_input", "payload.interval_ms is missing or not above zero", "give the milliseconds between two readings");
    if (in.sensors.size() != in.columns)
        throw Error("bad_input",
                    "payload.sensors names " + std::to_string(in.sensors.size()) + " sensors, but payload.values has " +
                        std::to_string(in.columns) + " values a row",
                    "name each sensor once");
}

}  // namespace

void read_acquisition(Encoding encoding, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    Acquisition in;
    parse(encoding, bytes, options.limit_bytes, in);
    check(in);
    Recording recording;
    Signal& signal = recording.signal;
    signal.channels = std::move(in.sensors);
    for (std::size_t c = 0; c < signal.channels.size(); ++c)
        if (signal.channels[c].name.empty()) signal.channels[c].name = "sensor_" + std::to_string(c + 1);
    signal.frames = in.rows;
    signal.rate_hz = 1000 / in.interval_ms;
    signal.values = std::move(in.values);
    if (!in.device_name.empty()) recording.metadata["device_name"] = in.device_name;
    if (!in.device_type.empty()) recording.metadata["device_type"] = in.device_type;
    if (in.issued_s > 0) recording.metadata["issued_s"] = in.issued_s;
    check_signature(in, bytes, options.hmac_key, recording);
    sink(std::move(recording));
}

}  // namespace mote::store
