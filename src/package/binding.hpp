// Programs that a package carries as they are find their model through one generated header.
#pragma once

#include "package/format.hpp"

#include <string>
#include <string_view>

namespace mote::package {

/// binding.hpp: namespace model is the package's, and namespace binding holds what the library does not say: project, model_hash, sensor,
/// image_width, image_height, image_fit, channels. `around` is the namespace that holds both, "" for none.
std::string binding_header(const Package& package, std::string_view around);

/// Where listening needs signal processing. Throws base::Error "unsupported" for a model alone.
void check_has_signal(const Package& package);

/// The title that a person gave the project.
const std::string& plain_title(const Package& package);

}  // namespace mote::package
