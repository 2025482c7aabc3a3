// A model as a person names it: a file of any format that can be imported, or a run of the project.
#pragma once

#include "app/training.hpp"
#include "app/verb.hpp"
#include "codegen/emit.hpp"
#include "graph/import_format.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mote::app {

struct NamedModel {
    std::string name;                  ///< the file, or "run 3f2a91c0d4e5"
    graph::Imported model;             ///< as it was imported; of a run, its 8-bit model
    std::shared_ptr<Session> session;  ///< of the run, which reads from it; null for a file
    std::optional<Finished> run;       ///< where the name was a run's
};

/// What a person says about a model file; a run has had it said when it was imported, and refuses both.
struct FileOptions {
    std::map<std::string, std::string> state;  ///< which outputs go back into which inputs: graph::keep_state
    std::string samples;                       ///< a file that what is computed in floats is quantised with: read_samples()

    /// As flags, for a next command: " --state h=hn --samples inputs.bin".
    std::string flags() const;

    static constexpr const char* state_help =
        "INPUT=OUTPUT: this output goes back into that input, so that the model keeps it; once for each";
    static constexpr const char* samples_help = "raw float32 inputs: what a model file computes in floats is quantised with them";
};

/// A file where there is one of that name, else the run whose id begins so ("latest": the latest finished one). Throws base::Error
/// "not_found" saying what was looked for.
NamedModel open_model(const std::string& name, Context& context, const FileOptions& options = {});

/// Where boards of one's own are looked for: the run's project, else the current folder.
std::filesystem::path project_folder(const NamedModel& named, const Context& context);

/// The model as it goes onto a device: a float one, and what another leaves in floats, is quantised with inputs made up from a fixed seed,
/// so that all costs are right and no answer is. `notes` gets a line when that happened.
graph::Graph device_model(const graph::Graph& model, std::vector<std::string>& notes);
bool is_float(const graph::Graph& model);

/// A file of raw float32 inputs, all those of one inference one behind the other and inferences likewise. Throws base::Error "bad_input"
/// where it holds no whole number of them.
std::vector<float> read_samples(const std::string& file, const graph::Graph& model);

/// The model alone, as emitted for a core; its provenance is the file's name and content.
codegen::Pipeline bare_pipeline(const NamedModel& named, graph::Graph model, const std::string& core);

/// Types and shapes of some of its tensors: "i8 [1, 16], f32 [1, 4]".
std::string describe(const graph::Graph& model, const std::vector<int>& tensors);

/// What a person asks of a plan.
struct PlanRequest {
    std::string optimise = "speed";  ///< "speed", "size" or "ram"
    int arena = 0;                   ///< > 0: the fastest plan within so many bytes of arena, which is one for RAM
    int flash = 0;                   ///< > 0: the fastest plan whose firmware has at most so many bytes more than an empty one
};

/// Sets what the plan is made for, but for the limit on flash, which takes a compiler: see within_flash().
void set_plan(codegen::Pipeline& pipeline, const PlanRequest& request);

/// One input (all inputs concatenated) made up from a fixed seed, as raw tensors.
base::Bytes made_up_input(const graph::Graph& model, std::uint64_t seed);

}  // namespace mote::app
