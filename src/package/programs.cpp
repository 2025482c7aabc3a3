#include "package/programs.hpp"

namespace mote::package {

namespace {

/// `inside` ends with the closing brace where it never leaves, else it gets the system's end.
std::string program(const Package& package, const System& system, std::string_view header, const std::string& before,
                    const std::string& inside) {
    return with_name(
        "#include \"mote_model/" + std::string(header) + "\"\n" + system.headers + "\n" + before + system.begin + "\n" + inside, package);
}

std::string print_line(const System& system, const std::string& arguments) { return system.print + "(" + arguments + ");\n"; }

}  // namespace

System hosted() { return {"#include <stdio.h>\n", "printf", "int main() {", "return 1;", "    return 0;\n}\n"}; }

bool can_listen(const Package& package) { return package.has_features() && package.pipeline.input.rate_hz > 0; }

std::string listen_program(const Package& package, const System& system) {
    return program(package, system, "listener.hpp",
                   "static mote_model::Listener listener = mote_model::static_listener();\n\n"
                   "// Yours to call with what the sensor gives, from its interrupt too.\n"
                   "void on_samples(const mote_model::Sample* frames, size_t count) { listener.push(frames, count); }\n\n",
                   "    for (;;) {  // sleep where it says Heard::waiting\n        mote_model::Event event;\n"
                   "        const mote_model::Heard heard = listener.poll(&event);\n        if (heard == mote_model::Heard::failed) " +
                       system.fail + "\n        if (heard != mote_model::Heard::event) continue;\n        " +
                       print_line(system, "\"%s %d %%\\n\", mote_model::labels[event.label], static_cast<int>(100 * event.score + 0.5f)") +
                       "    }\n}\n");
}

std::string classify_program(const Package& package, const System& system) {
    if (package.has_features())
        return program(
            package, system, "model.hpp",
            "static mote_model::Sample window[mote_model::window_samples];  // yours to fill: all channels of the oldest frame first\n\n",
            "    float probabilities[mote_model::class_count];\n"
            "    if (mote_model::classify(window, probabilities) != mote_model::Status::ok) " +
                system.fail + "\n    for (size_t i = 0; i < mote_model::class_count; ++i)\n        " +
                print_line(system, "\"%s %d %%\\n\", mote_model::labels[i], static_cast<int>(100 * probabilities[i] + 0.5f)") + system.end);
    if (package.library.emission.has_several_ends())
        return program(package, system, "model.hpp", "",
                       "    mote_model::Model model = mote_model::static_model();\n"
                       "    // fill what model.inputs() points to before every run(); model.outputs() points to the results\n"
                       "    if (model.run() != mote_model::Status::ok) " +
                           system.fail + "\n    " + print_line(system, "\"done\\n\"") + system.end);
    return program(package, system, "model.hpp", "",
                   "    mote_model::Model model = mote_model::static_model();\n"
                   "    mote_model::Input* input = model.input();  // yours to fill before every run()\n"
                   "    for (size_t i = 0; i < mote_model::input_count; ++i) input[i] = static_cast<mote_model::Input>(0);\n"
                   "    if (model.run() != mote_model::Status::ok) " +
                       system.fail + "\n    for (size_t i = 0; i < mote_model::output_count; ++i)\n        " +
                       print_line(system, "\"output %d: %d\\n\", static_cast<int>(i), static_cast<int>(model.output()[i])") + system.end);
}

std::string self_test_program(const Package& package, const System& system) {
    return "// Runs inputs whose results are known and compares bit for bit: once on every new board, and with every new compiler flag.\n" +
           program(package, system, "model.hpp", "",
                   "    const int status = static_cast<int>(mote_model::self_test());\n    if (status != 0) {\n        " +
                       print_line(system, "\"mote_model self-test: FAIL, status %d (enum Status in model.hpp)\\n\", status") + "        " +
                       system.fail + "\n    }\n    " + print_line(system, "\"mote_model self-test: pass\\n\"") + system.end);
}

void add_programs(Contents& contents, const Package& package, const System& system, std::string (*place)(const std::string& name)) {
    if (can_listen(package)) contents.files[place("listen")] = listen_program(package, system);
    contents.files[place("classify")] = classify_program(package, system);
    contents.files[place("self_test")] = self_test_program(package, system);
}

std::string c_program(const Package& package) {
    if (!can_listen(package)) return "";
    return with_name(
        "#include \"mote_model/model.h\"\n\n#include <stdio.h>\n\n"
        "static mote_model_listener listener;\n\n"
        "/* Yours to call with what the sensor gives, from its interrupt too. */\n"
        "void on_samples(const mote_model_sample* frames, size_t count) { mote_model_push(&listener, frames, count); }\n\n"
        "int main(void) {\n    mote_model_event event;\n    listener = mote_model_listen_static(); /* before the interrupt is on */\n"
        "    for (;;) {\n        const int heard = mote_model_poll(&listener, &event);\n"
        "        if (heard == MOTE_MODEL_FAILED) return 1;\n"
        "        if (heard == MOTE_MODEL_EVENT) printf(\"%s %d %%\\n\", mote_model_label(event.label), (int)(100 * event.score));\n    "
        "}\n}\n",
        package);
}

Uses uses_of(const Package& package, const System& system) {
    const bool takes_c = system.begin == hosted().begin && system.print == hosted().print;
    return {can_listen(package) ? listen_program(package, system) : "", classify_program(package, system),
            takes_c ? c_program(package) : ""};
}

}  // namespace mote::package
