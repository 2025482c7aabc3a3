// Packages of small models to try formats on.
#pragma once

#include "package/format.hpp"

#include <string>
#include <vector>

namespace mote::package::testing {

/// A pipeline with its generated code.
struct Made {
    codegen::Pipeline pipeline;
    codegen::Library library;

    explicit Made(codegen::Pipeline p) : pipeline(std::move(p)), library(codegen::make_library(pipeline)) {}
    Package package(const Destination& destination) const;
};

/// "keyword" (16 kHz sound), "motion" (three axes), "image" (8-bit pixels) or "alone" (a model without signal processing).
codegen::Pipeline pipeline_for(const std::string& kind);
inline std::vector<std::string> kinds() { return {"keyword", "motion", "image", "alone"}; }

/// Those destinations that the format serves.
std::vector<Destination> served(const Format& format);

}  // namespace mote::package::testing
