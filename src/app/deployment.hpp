// What a package says of a run beside its code, and whether its destination holds it.
#pragma once

#include "app/record.hpp"
#include "app/session.hpp"
#include "package/format.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace mote::app {

/// Throws base::Error "usage" for a version, author or URL that no package can have.
void check_card(const package::ModelCard& card);

/// Of the 8-bit model on the split that the run was judged on.
std::optional<package::Quality> quality_of(const RunRecord& record);

/// As the newest measurement of the run's model on that board says.
std::optional<package::Cost> cost_of(const store::Store& store, const RunRecord& record, const std::string& board);
/// Whether that is what this code costs, which may have another plan.
bool is_of(const package::Cost& cost, const codegen::Emission& emission);

/// As check_fit(), which it calls for a board; of other destinations, tables and data alone are held against the memory they have.
std::string fit_note(const codegen::Pipeline& pipeline, const package::Destination& destination, std::span<const std::byte> window,
                     const std::string& model, const std::filesystem::path& project, Context& context);

/// The folder of the project at or above the context's; "" outside one.
std::filesystem::path project_of(const Context& context);

}  // namespace mote::app
