#include "package/programs.hpp"

#include "base/text.hpp"
#include "package/readme.hpp"

namespace mote::package {

namespace {

std::string program(const Package& package, const System& system, const std::string& before, const std::string& inside) {
    return with_name("#include \"mote_model/model.hpp\"\n" + system.headers + "\n" + before + system.begin + "\n", package) + inside +
           system.end;
}

std::string print_line(const System& system, const std::string& arguments) { return system.print + "(" + arguments + ");\n"; }

}  // namespace

System hosted() { return {"#include <stdio.h>\n", "printf", "int main() {", "return 1;", "    return 0;\n}\n"}; }

std::string use_program(const Package& package, const System& system) {
    if (package.has_features())
        return program(
            package, system,
            "static mote_model::Sample window[mote_model::window_samples];  // yours to fill: all channels of the oldest frame first\n\n",
            with_name("    float probabilities[mote_model::class_count];\n"
                      "    if (mote_model::classify(window, probabilities) != mote_model::Status::ok) " +
                          system.fail + "\n    for (size_t i = 0; i < mote_model::class_count; ++i)\n        " +
                          print_line(system, "\"%s %d %%\\n\", mote_model::labels[i], static_cast<int>(100 * probabilities[i] + 0.5f)"),
                      package));
    if (package.library.emission.has_several_ends())
        return program(package, system, "",
                       with_name("    mote_model::Model model = mote_model::static_model();\n"
                                 "    // fill what model.inputs() points to before every run(); model.outputs() points to the results\n"
                                 "    if (model.run() != mote_model::Status::ok) " +
                                     system.fail + "\n    " + print_line(system, "\"done\\n\""),
                                 package));
    return program(package, system, "",
                   with_name("    mote_model::Model model = mote_model::static_model();\n"
                             "    mote_model::Input* input = model.input();  // yours to fill before every run()\n"
                             "    for (size_t i = 0; i < mote_model::input_count; ++i) input[i] = static_cast<mote_model::Input>(0);\n"
                             "    if (model.run() != mote_model::Status::ok) " +
                                 system.fail + "\n    for (size_t i = 0; i < mote_model::output_count; ++i)\n        " +
                                 print_line(system, "\"output %d: %d\\n\", static_cast<int>(i), static_cast<int>(model.output()[i])"),
                             package));
}

std::string self_test_program(const Package& package, const System& system) {
    return "// Runs inputs whose results are known and compares bit for bit: once on every new board, and with every new compiler flag.\n" +
           program(package, system, "",
                   with_name("    const int status = static_cast<int>(mote_model::self_test());\n"
                             "    if (status != 0) {\n        " +
                                 print_line(system, "\"mote_model self-test: FAIL, status %d (enum Status in model.hpp)\\n\", status") +
                                 "        " + system.fail + "\n    }\n    " + print_line(system, "\"mote_model self-test: pass\\n\""),
                             package));
}

Sensor sensor_of(const Package& package) {
    const dsp::InputSpec& in = package.pipeline.input;
    if (!package.has_features() || in.height > 0) return Sensor::other;
    if (in.channels.size() == 1 && in.type == store::SampleType::i16 && in.rate_hz >= 4000) return Sensor::microphone;
    const bool looks_like_motion = !in.channels.empty() && base::lower(in.channels.front()).find("acc") != std::string::npos;
    return looks_like_motion && in.channels.size() == 3 && in.type == store::SampleType::f32 && in.rate_hz > 0 ? Sensor::accelerometer
                                                                                                               : Sensor::other;
}

}  // namespace mote::package
