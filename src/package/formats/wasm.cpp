// A page for a browser: the model as a WebAssembly module, compiled here, and what runs it live on a phone's sensors.
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "base/process.hpp"
#include "codegen/runtime_headers.hpp"
#include "codegen/sensor.hpp"
#include "package/binding.hpp"
#include "package/readme.hpp"
#include "package/shipped.hpp"

namespace mote::package {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view install = R"(## See it live

```sh
mote serve this_folder          # on this computer
mote serve this_folder --lan    # and on a phone in the same network: open the address that it prints
```

Browsers open microphone, motion sensor and camera only to secure pages, so the server speaks https with a certificate of its own: the
browser asks once whether to go on. Any other web server with https does as well: nothing but files is needed, and nothing leaves the
device. `index.html` is the page; `model.js` alone runs the model in a page of yours:

```js
import { Model } from './model.js';

const facts = await (await fetch('model.json')).json();
const model = await Model.load(facts, await (await fetch('model.wasm')).arrayBuffer());
model.push(samples, ({ probabilities, event }) => {   // whole frames, in the model's units
  if (event) console.log(event.label, event.score);
});
```

`source/` holds what `model.wasm` was compiled from.
)";

std::string refuses(const Destination& destination) { return refused_family(destination, {Family::browser}); }

std::string_view sensor_name(const dsp::InputSpec& input) {
    switch (codegen::sensor_of(input)) {
        case codegen::Sensor::microphone:
            return "microphone";
        case codegen::Sensor::accelerometer:
            return "accelerometer";
        case codegen::Sensor::camera:
            return "camera";
        case codegen::Sensor::unknown:
            break;
    }
    return "unknown";
}

std::string facts(const Package& package) {
    const dsp::InputSpec& input = package.pipeline.input;
    const base::Json json = {{"title", plain_title(package)},
                             {"about", what_it_detects(package)},
                             {"model", package.pipeline.provenance.value("model", "")},
                             {"sensor", sensor_name(input)},
                             {"sample", store::name_of(input.type)},
                             {"rate_hz", input.rate_hz},
                             {"channels", input.channels},
                             {"width", input.width},
                             {"height", input.height},
                             {"labels", package.pipeline.labels}};
    return json.dump(1) + "\n";
}

/// Golden windows beyond this many bytes would make the module larger than all of the model.
constexpr std::size_t goldens_bytes_max = 40000;

/// The library with as many golden windows as fit, one at least.
codegen::Library lean_library(const Package& package) {
    const auto& windows = package.pipeline.golden_windows;
    std::size_t fit = 0, bytes = 0;
    while (fit < windows.size() && (fit == 0 || bytes + windows[fit].size() <= goldens_bytes_max)) bytes += windows[fit++].size();
    if (fit == windows.size()) return package.library;
    codegen::Pipeline pipeline = package.pipeline;
    pipeline.golden_windows.resize(fit);
    return codegen::make_library(pipeline);
}

/// Sources and headers that model.wasm is made of, below source/.
codegen::FileTree sources_of(const Package& package, std::string module) {
    codegen::FileTree files;
    for (const auto& [name, text] : package.library.files)
        if (name.starts_with("include/") || name.starts_with("src/")) files[name] = text;
    add_under(files, "", codegen::collect_runtime({"mote/rt/dsp/resize.hpp"}, base::data_folder() / "runtime" / "include"));
    files["binding.hpp"] = binding_header(package, "");
    files["module.cpp"] = std::move(module);
    return files;
}

void check_tools() {
    for (const std::string tool : {"clang++", "wasm-ld"})
        if (!base::find_program(tool))
            throw base::Error("not_found", tool + ", which makes WebAssembly, is not installed", "apt install clang lld");
}

/// Compiled in the folder itself, so that no path of this machine gets into the module.
std::string compile(const Package& package, const codegen::FileTree& sources) {
    check_tools();
    const base::TemporaryFolder place;
    for (const auto& [name, text] : sources) base::write_file(place.path() / name, text);
    std::vector<std::string> command = {"clang++",
                                        "--target=wasm32",
                                        "-std=c++14",
                                        "-nostdlib",
                                        "-ffreestanding",
                                        "-fno-rtti",
                                        "-fno-exceptions",
                                        "-fvisibility=hidden",
                                        "-fno-ident",
                                        "-g0",
                                        "-Iinclude",
                                        "-I.",
                                        "-Wl,--no-entry",
                                        "-Wl,--strip-all",
                                        "-Wl,--gc-sections",
                                        "-Wl,-z,stack-size=262144",
                                        "-o",
                                        "model.wasm",
                                        "module.cpp"};
    for (const std::string& flag : package.library.emission.compiler_flags) command.push_back(flag);
    for (const fs::path& source : package.library.emission.sources)
        if (!source.stem().string().starts_with("edge_impulse")) command.push_back(source.generic_string());
    base::ProcessOptions options;
    options.working_folder = place.path(), options.cancel = package.cancel;
    package.progress->begin("compiling the module", 0);
    const auto result = base::run_process(command, options);
    package.progress->end();
    if (!result.ok())
        throw base::Error("tool_failed", "clang++ did not compile the module: " + result.error_output.substr(0, 400),
                          "install clang and lld of one version: apt install clang lld");
    return base::read_text(place.path() / "model.wasm");
}

Contents make(const Package& package) {
    check_has_signal(package);
    const codegen::Library library = lean_library(package);
    const Package lean{package.pipeline, library, package.destination, package.card, package.progress, package.cancel};
    Contents contents;
    contents.files = shipped("wasm");
    std::string module = std::move(contents.files.at("module.cpp"));
    contents.files.erase("module.cpp");
    codegen::FileTree sources = sources_of(lean, std::move(module));
    contents.files["model.wasm"] = compile(lean, sources);
    add_under(contents.files, "source/", std::move(sources));
    contents.files["model.json"] = facts(package);
    contents.files["LICENSE"] = package.library.files.at("LICENSE");
    contents.files["README.md"] = readme(package, install);
    contents.use = "mote serve FOLDER shows it in a browser";
    return contents;
}

}  // namespace

namespace catalogue {

const Format& wasm() {
    static const Format format{.name = "wasm",
                               .help = "a page that runs the model in a browser, live on a phone's microphone, motion sensor or camera",
                               .shape = Shape::folder,
                               .refuses = refuses,
                               .make = make};
    return format;
}

}  // namespace catalogue

}  // namespace mote::package
