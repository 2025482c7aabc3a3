#include "packages.hpp"

#include "pipelines.hpp"
#include "small_networks.hpp"

#include "base/error.hpp"

namespace mote::package::testing {

namespace {

base::Progress quiet;
const base::Cancel never;

}  // namespace

Package Made::package(const Destination& destination) const {
    Package package{pipeline, library, destination, {}, &quiet, &never};
    package.card.title = "test " + pipeline.name;
    return package;
}

codegen::Pipeline pipeline_for(const std::string& kind) {
    namespace made = codegen::testing;
    codegen::Pipeline p;
    if (kind == "keyword") {
        p = made::audio_pipeline(4, 7);
    } else if (kind == "motion") {
        p = made::raw_pipeline(made::conv_1d_network(50, 3, 4, 2));
        p.input.channels = {"accX", "accY", "accZ"}, p.input.frames = 50;
    } else if (kind == "image") {
        p = made::raw_pipeline(made::ds_cnn_network(14, 14, 10, 6, 1.0f / 255, -128), store::SampleType::u8);
        p.input.channels = {"grey"}, p.input.rate_hz = 0, p.input.height = p.input.width = 14;
    } else {
        p.model = made::dense_network(90, 5, 1);
        p.provenance = {{"model", "0123abcd"}};
    }
    p.name = kind + "_model";
    return p;
}

std::vector<Destination> served(const Format& format) {
    std::vector<Destination> list;
    for (Destination& d : destinations())
        if (format.refuses(d).empty()) list.push_back(std::move(d));
    return list;
}

}  // namespace mote::package::testing
