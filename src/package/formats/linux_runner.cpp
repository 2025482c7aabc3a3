// A program for Linux: the library, a runner around it, and a Makefile.
#include "base/files.hpp"
#include "base/text.hpp"
#include "codegen/runtime_headers.hpp"
#include "codegen/sensor.hpp"
#include "codegen/source_text.hpp"
#include "package/binding.hpp"
#include "package/programs.hpp"
#include "package/readme.hpp"
#include "package/shipped.hpp"

namespace mote::package {

namespace {

constexpr std::string_view build = R"(## Build it

```sh
make
./runner --self-test
```

g++ or clang++ with C++14 and make are all that it needs; `make CXX=aarch64-linux-gnu-g++` builds for a Raspberry Pi 4 with a 64-bit system
on another machine. `make install PREFIX=/usr/local` copies the one file that is needed; `make clean` before you deploy here again.

## Run it

)";

constexpr std::string_view run = R"(
It prints an event a line. `--json` prints JSON objects, `--all` every decision; `./runner --help` lists all sources (microphone, camera,
serial port, CSV, raw samples from a file or a pipe) and options.

An application of Edge Impulse's Linux clients starts it as it starts theirs, with the path of a socket as the only argument:

```js
const { LinuxImpulseRunner } = require('edge-impulse-linux');
const runner = new LinuxImpulseRunner('./runner');
const model = await runner.init();
const { result } = await runner.classify(window);   // result.classification: a probability a label
```

The library that it is built on lies in `library/` and may be used alone:
)";

std::string refuses(const Destination& destination) { return refused_family(destination, {Family::linux}); }

std::string run_text(const Package& package) {
    const std::string channels = codegen::comment_text(base::join_first(package.pipeline.input.channels, 6));
    switch (codegen::sensor_of(package.pipeline.input)) {
        case codegen::Sensor::microphone:
            return "```sh\n./runner --microphone           # ALSA's default; arecord -L lists others\n```\n";
        case codegen::Sensor::camera:
            return "```sh\n./runner --camera /dev/video0\n```\n";
        default:
            return "```sh\n./runner --serial /dev/ttyACM0  # a reading a line: " + channels + "\n```\n";
    }
}

Contents make(const Package& package) {
    check_has_signal(package);
    Contents contents;
    add_under(contents.files, "library/", package.library.files);
    contents.files.erase("library/README.md");
    add_under(contents.files, "src/", shipped("linux"));
    add_under(contents.files, "src/", codegen::collect_runtime({"mote/rt/dsp/resize.hpp"}, base::data_folder() / "runtime" / "include"));
    for (const auto& [from, to] : {std::pair("src/Makefile", "Makefile"), std::pair("library/LICENSE", "LICENSE")}) {
        auto moved = contents.files.extract(from);
        moved.key() = to;
        contents.files.insert(std::move(moved));
    }
    contents.files["src/binding.hpp"] = binding_header(package, "runner");
    contents.files["README.md"] = readme(package, std::string(build) + run_text(package) + std::string(run), uses_of(package, hosted()));
    contents.use = "make, then ./runner";
    return contents;
}

}  // namespace

namespace catalogue {

const Format& linux_runner() {
    static const Format format{.name = "linux",
                               .help = "a program for Linux on a PC or a Raspberry Pi: microphone, camera, serial port, files, a socket",
                               .shape = Shape::folder,
                               .refuses = refuses,
                               .make = make};
    return format;
}

}  // namespace catalogue

}  // namespace mote::package
