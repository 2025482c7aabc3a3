// A package format: how generated code and what is known of the model become what one build system or tool takes.
//
// One file in package/formats/ defines one of these, `const Format& NAME()` in mote::package::catalogue.
#pragma once

#include "base/progress.hpp"
#include "codegen/emit.hpp"
#include "codegen/folder.hpp"
#include "package/destination.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::package {

/// How well a model does, on windows that it was not trained on.
struct Quality {
    struct Class {
        std::string label;
        std::size_t examples = 0;
        double precision = 0, recall = 0;
    };
    std::string split;         ///< "test"
    std::size_t examples = 0;  ///< windows judged
    double accuracy = 0;
    std::vector<Class> classes;
};

/// What one window costs on the destination, measured in the emulator.
struct Cost {
    std::uint64_t instructions = 0, flash_bytes = 0, ram_bytes = 0;
    std::uint64_t arena_bytes = 0, constant_bytes = 0;  ///< of the code that was measured
    double latency_s = 0;
    std::string confidence;  ///< of the latency
};

/// What a user of the package wants to know of the model beside its code.
struct ModelCard {
    std::string title;              ///< "hey mote": project or file, as a person wrote it; any characters
    std::string version = "1.0.0";  ///< of the package, in the form of semantic versioning
    std::string author = "made with mote";
    std::string url = "https://example.com/";  ///< that some tools demand
    std::string image_fit = "squash";          ///< how images of other sizes become the size that the model takes: squash, crop or pad
    std::optional<Quality> quality;
    std::optional<Cost> cost;
};

/// What a format is given.
struct Package {
    const codegen::Pipeline& pipeline;
    const codegen::Library& library;  ///< generated code, whose files include each other relative to their own places
    Destination destination;
    ModelCard card;
    base::Progress* progress = nullptr;    ///< never null; for formats that compile
    const base::Cancel* cancel = nullptr;  ///< never null

    const std::string& name() const { return pipeline.name; }  ///< an identifier of C++
    bool has_features() const { return library.emission.has_features; }
};

/// The files of a package.
struct Contents {
    codegen::FileTree files;  ///< relative path -> content, binary or text
    std::set<std::string> executables = {};
    std::string root = {};  ///< of an archive: the one folder that holds all of them; "" for none
    /// What a person does with it first, for one line: "#include <hey_mote_model.h>". Empty: the #include of model.hpp.
    std::string use = {};
};

enum class Shape : unsigned char { folder, archive };

struct Format {
    std::string_view name;  ///< "arduino", as typed behind --as
    std::string_view help;  ///< one line
    Shape shape = Shape::folder;
    std::string_view extension = {};  ///< of an archive: ".zip"
    /// Why it cannot be made for a destination, as the end of a sentence ("an AVR's int has 16 bits"); "" where it can.
    std::string (*refuses)(const Destination&);
    /// Throws base::Error "unsupported" for a model that it cannot take.
    Contents (*make)(const Package&);
    /// What the format's own tools would object to, a line each ("library.properties: name has 70 characters, at most 63 are allowed").
    /// Every package goes through it before it is written. Null where nothing but the sources matters.
    std::vector<std::string> (*faults)(const codegen::FileTree& files) = nullptr;
    /// What the archive must be called, where the format says so. Null: anything with the extension.
    std::string (*file_name)(const Package&) = nullptr;
};

std::span<const Format* const> formats();

/// The answer of Format::refuses for a format that serves these families: "" or why it does not serve the destination.
std::string refused_family(const Destination& destination, std::initializer_list<Family> served);

/// Throws base::Error "not_found" with the nearest name.
const Format& find_format(std::string_view name);

/// Throws base::Error "unsupported" where the format does not serve the destination: why, which formats do, and which destinations it does
/// serve.
void check_served(const Format& format, const Destination& destination, const std::filesystem::path& project);

/// Makes the package, holds it against the format's rules and returns it as it is written: with the list of generated files.
Contents make(const Format& format, const Package& package);

/// Makes it and writes it to `out`, a folder or an archive, whole or not at all. What is there already is replaced when it was generated
/// and is as it was generated, else base::Error "conflict". Throws "usage" where `out` is no name for what the format is.
/// Answers with Contents::use.
std::string write(const Format& format, const Package& package, const std::filesystem::path& out);

/// What is there already, and what `out` ends in, as write() checks it: before anything costly is done.
void check_place(const Format& format, const std::filesystem::path& out);

}  // namespace mote::package
