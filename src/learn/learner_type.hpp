// From a struct to a LearnerType: what a file in learn/blocks/ has to give, and what follows from it.
#pragma once

#include "learn/budget.hpp"
#include "learn/learner.hpp"
#include "learn/residual.hpp"

#include <string>

namespace mote::learn {

/// What a learner defines:
///   Parameters   described parameters (base/fields.hpp), with `size` ("auto" or the name of one)
///   name, help   words
///   asked_layers(p)   the layers that p asks for in place of a size; empty: none
///   layers_of(size)   those of a named size
///   network(p, layers, feature_shape, chosen, classes)   the graph, of the `chosen` layers; throws base::Error "bad_input"
template <class L>
LearnerType make_learner_type() {
    using Parameters = typename L::Parameters;
    return {
        L::name, L::help, [] { return base::json_schema<Parameters>(); }, [] { return base::to_json(Parameters()); },
        [](const base::Json& parameters, const std::vector<int>& feature_shape, int classes, const Budget& budget, base::Random random) {
            const auto p = base::from_json<Parameters>(parameters, "learner " + std::string(L::name));
            check_shape(L::name, feature_shape, classes);
            const std::vector<int>& asked = L::asked_layers(p);
            return build_size(L::name, asked.empty() ? p.size : "small", budget, [&](std::string_view size) {
                Layers layers(std::string(L::name), feature_shape, random);
                return L::network(p, layers, feature_shape, asked.empty() ? L::layers_of(size) : asked, classes);
            });
        }};
}

}  // namespace mote::learn
