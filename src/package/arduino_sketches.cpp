#include "package/arduino_sketches.hpp"

#include "base/text.hpp"
#include "codegen/sensor.hpp"
#include "package/programs.hpp"
#include "package/readme.hpp"

namespace mote::package {

namespace {

constexpr std::string_view self_test = R"(// Runs inputs whose results are known and compares bit for bit: once on every new board.
#include <mote_model.h>

void setup() { Serial.begin(115200); }

void loop() {
    const mote_model::Status status = mote_model::self_test();
    if (status == mote_model::Status::ok) {
        Serial.println("mote_model self-test: pass");
    } else {
        Serial.print("mote_model self-test: FAIL, status ");
        Serial.println(static_cast<int>(status));
    }
    delay(2000);
}
)";

constexpr std::string_view print_classes = R"(
static void print(const float* probabilities) {
    for (size_t i = 0; i < mote_model::class_count; ++i) {
        Serial.print(mote_model::labels[i]);
        Serial.print(": ");
        Serial.print(probabilities[i]);
        Serial.print(i + 1 < mote_model::class_count ? ", " : "\n");
    }
}
)";

constexpr std::string_view use = R"(#include <mote_model.h>

static mote_model::Sample window[mote_model::window_samples];  // yours to fill: all channels of the oldest frame first
static float probabilities[mote_model::class_count];

void setup() { Serial.begin(115200); }

void loop() {
    if (mote_model::classify(window, probabilities) != mote_model::Status::ok) return;
    for (size_t i = 0; i < mote_model::class_count; ++i) {
        Serial.print(mote_model::labels[i]);
        Serial.print(" ");
        Serial.println(probabilities[i]);
    }
    delay(1000);
}
)";

constexpr std::string_view bare_use = R"(#include <mote_model.h>

void setup() { Serial.begin(115200); }

void loop() {
    mote_model::Model model = mote_model::static_model();
    // fill the input, which is in the model's memory, before every run()
    if (model.run() == mote_model::Status::ok) Serial.println("done: model.output() holds the result");
    delay(1000);
}
)";

constexpr std::string_view raw_begin =
    R"(// Classifies one window of raw values that stands in the sketch: paste a recording of yours to see what the model makes of it.
#include <mote_model.h>

// mote_model::window_samples values, all channels of the oldest frame first; those that are missing are 0.
static const mote_model::Sample recording[] = {0};

static mote_model::Sample window[mote_model::window_samples];
static float probabilities[mote_model::class_count];
)";

constexpr std::string_view raw_end = R"(
void setup() { Serial.begin(115200); }

void loop() {
    const size_t given = sizeof recording / sizeof recording[0];
    for (size_t i = 0; i < mote_model::window_samples; ++i) window[i] = i < given ? recording[i] : static_cast<mote_model::Sample>(0);
    const unsigned long begin = micros();
    const mote_model::Status status = mote_model::classify(window, probabilities);
    const unsigned long end = micros();
    if (status == mote_model::Status::ok) {
        print(probabilities);
        Serial.print("took ");
        Serial.print(end - begin);
        Serial.println(" us");
    }
    delay(2000);
}
)";

constexpr std::string_view listen = R"(#include <mote_model.h>

static mote_model::Listener listener = mote_model::static_listener();

// Yours to call with what the sensor gives, from its interrupt too.
void on_samples(const mote_model::Sample* frames, size_t count) { listener.push(frames, count); }

void setup() { Serial.begin(115200); }

void loop() {
    mote_model::Event event;
    if (listener.poll(&event) != mote_model::Heard::event) return;
    Serial.print(mote_model::labels[event.label]);
    Serial.print(" ");
    Serial.println(event.score);
}
)";

constexpr std::string_view hear = R"(
// Works off what arrived; says what was heard, and whether samples were lost because the board is too slow.
static void hear() {
    static unsigned long lost = 0;
    mote_model::Event event;
    const mote_model::Heard heard = listener.poll(&event);
    if (heard == mote_model::Heard::event) {
        Serial.print(mote_model::labels[event.label]);
        Serial.print(" ");
        Serial.println(event.score);
    }
    if (listener.lost_frames() == lost) return;
    lost = listener.lost_frames();
    Serial.print("frames lost: ");
    Serial.println(lost);
}
)";

constexpr std::string_view microphone_begin = R"(// Listens to the PDM microphone of a Nano 33 BLE Sense, Nano RP2040 Connect or Nicla.
#include <PDM.h>
#include <mote_model.h>

static const int rate_hz = RATE;  // that the model was trained on; the boards' PDM library gives 16000
static mote_model::Listener listener = mote_model::static_listener();

// Called from an interrupt whenever the library has samples.
static void on_samples() {
    static mote_model::Sample block[256];
    int left = PDM.available();
    while (left > 0) {
        const int bytes = PDM.read(block, left < static_cast<int>(sizeof block) ? left : static_cast<int>(sizeof block));
        if (bytes <= 0) return;
        listener.push(block, static_cast<size_t>(bytes) / sizeof block[0]);
        left -= bytes;
    }
}
)";

constexpr std::string_view microphone_end = R"(
void setup() {
    Serial.begin(115200);
    PDM.onReceive(on_samples);
    if (!PDM.begin(1, rate_hz)) Serial.println("the microphone does not start at this rate");
}

void loop() { hear(); }
)";

constexpr std::string_view accelerometer_begin =
    R"(// Reads the accelerometer of a Nano 33 BLE Sense. Rev2 boards have a BMI270: include <Arduino_BMI270_BMM150.h> instead; the calls
// are the same.
#include <Arduino_LSM9DS1.h>
#include <mote_model.h>

static const float units_per_g = 9.80665f;  // the library reads g: this is right for recordings in m/s2, and 1 for recordings in g
static const unsigned long step_us = STEP;  // RATE frames a second, as the model was trained
static mote_model::Listener listener = mote_model::static_listener();
static unsigned long next_us = 0;
)";

constexpr std::string_view accelerometer_end = R"(
void setup() {
    Serial.begin(115200);
    if (!IMU.begin()) Serial.println("no accelerometer found");
    next_us = micros();
}

void loop() {
    // What the detector does takes longer than a step at times: as many frames are read as are due, so that the rate stays right.
    while (static_cast<long>(micros() - next_us) >= 0) {
        next_us += step_us;
        static float x = 0, y = 0, z = 0;
        if (IMU.accelerationAvailable()) IMU.readAcceleration(x, y, z);
        const mote_model::Sample frame[3] = {x * units_per_g, y * units_per_g, z * units_per_g};  // CHANNELS
        listener.push(frame, 1);
    }
    hear();
}
)";

void set(std::string& text, std::string_view word, const std::string& value) {
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += value.size()) text.replace(at, word.size(), value);
}

std::string integer(double value) { return std::to_string(static_cast<long>(value + 0.5)); }

}  // namespace

Uses arduino_uses(const Package& package) {
    if (!package.has_features()) return {"", with_name(std::string(bare_use), package)};
    return {can_listen(package) ? with_name(std::string(listen), package) : "", with_name(std::string(use), package)};
}

std::vector<Sketch> arduino_sketches(const Package& package) {
    const auto named = [&](std::string_view a, std::string_view b = {}, std::string_view c = {}) {
        return with_name(std::string(a) + std::string(b) + std::string(c), package);
    };
    std::vector<Sketch> sketches = {{"SelfTest", named(self_test)}};
    if (!package.has_features()) {
        sketches.push_back({"RawData", named(bare_use)});
        return sketches;
    }
    sketches.push_back({"RawData", named(raw_begin, print_classes, raw_end)});
    const dsp::InputSpec& in = package.pipeline.input;
    const codegen::Sensor sensor = codegen::sensor_of(in);
    if (sensor == codegen::Sensor::microphone && in.type == store::SampleType::i16) {
        Sketch sketch{"Microphone", named(microphone_begin, hear, microphone_end)};
        set(sketch.text, "RATE", integer(in.rate_hz));
        sketches.push_back(std::move(sketch));
    }
    if (sensor == codegen::Sensor::accelerometer && in.type == store::SampleType::f32 && in.channels.size() == 3 && in.rate_hz > 0) {
        Sketch sketch{"Accelerometer", named(accelerometer_begin, hear, accelerometer_end)};
        set(sketch.text, "STEP", integer(1e6 / in.rate_hz));
        set(sketch.text, "RATE", base::exact(in.rate_hz));
        set(sketch.text, "CHANNELS", "the model's channels, in order: " + channels_text(package));
        sketches.push_back(std::move(sketch));
    }
    return sketches;
}

}  // namespace mote::package
