// Pipelines, runs, models and deployments: what was made from which data, named by hash, so that any of it can be repeated.
#pragma once

#include "base/json.hpp"
#include "store/store.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote::store {

/// Everything that decides the bytes of a run's result. The run's id is the hash of this.
struct RunRecipe {
    std::string snapshot;  ///< full hash
    std::string pipeline;  ///< full hash, from put_pipeline
    std::string code;      ///< version of the program
    std::uint64_t seed = 1;
    base::Json environment = base::Json::object();  ///< threads, backend: what else the bytes depend on
};

enum class RunState { created, running, done, failed, cancelled };
const char* name_of(RunState state);

struct Run {
    std::string id;  ///< 64 hex digits
    RunRecipe recipe;
    RunState state = RunState::created;
    base::Json metrics = base::Json::object();
    std::string error;             ///< of a failed run
    std::string created, updated;  ///< UTC, ISO 8601
    int epochs = 0;                ///< recorded so far
};

struct Model {
    std::string hash;  ///< of the graph's bytes
    std::string run;
    std::string kind;  ///< "float", "int8"
    base::Json info = base::Json::object();
    std::string created;
};

struct Deployment {
    std::string hash;  ///< of the manifest
    std::string model, target;
    base::Json manifest = base::Json::object();
    std::string created;
};

/// Stores a pipeline (canonical JSON) and returns its hash; the same pipeline gives the same hash.
std::string put_pipeline(Store& store, const base::Json& pipeline);
base::Json get_pipeline(const Store& store, std::string_view hash);

/// The run of this recipe: made when there is none, else as it stands (a done run is not to be done again, an interrupted one resumes).
Run open_run(Store& store, const RunRecipe& recipe);
/// By id or unique beginning of it, or "latest"; throws base::Error "not_found".
Run find_run(const Store& store, std::string_view id);
std::optional<Run> latest_run(const Store& store, std::optional<RunState> state = {});
std::vector<Run> runs(const Store& store);  ///< newest first

/// Held by the process that works on a run; another process gets base::Error "conflict". The state becomes running; when the holder dies
/// without an end state, the run can be claimed again and goes on from its checkpoint.
class RunClaim {
  public:
    RunClaim(Store& store, std::string_view run_id);
    ~RunClaim();
    RunClaim(const RunClaim&) = delete;
    RunClaim& operator=(const RunClaim&) = delete;

    const std::string& id() const { return id_; }
    /// Where the trainer keeps its checkpoint: a file in .mote/runs/<id>/, removed when the run is done.
    std::filesystem::path checkpoint() const;
    /// Records an epoch (index from 0) durably; recording an epoch again replaces it and drops later ones (a resume from before it).
    void epoch(int index, const base::Json& record);
    /// An immutable artefact; throws base::Error "conflict" when another content already has this name.
    void artifact(std::string_view name, std::span<const std::byte> bytes);
    void artifact(std::string_view name, std::string_view text);
    void done(const base::Json& metrics);
    void failed(std::string_view error);
    void cancelled();

  private:
    void finish(RunState state, const base::Json* metrics, std::string_view error);
    Store& store_;
    std::string id_;
    int lock_ = -1;
};
/// Whether a living process holds the run.
bool is_claimed(const Store& store, std::string_view run_id);

std::vector<base::Json> epochs(const Store& store, std::string_view run_id);
std::vector<std::string> artifacts(const Store& store, std::string_view run_id);
/// Throws base::Error "not_found" naming what the run does have.
std::span<const std::byte> artifact(const Store& store, std::string_view run_id, std::string_view name);

/// Stores a model's bytes and its record; the same bytes of the same run change nothing.
Model put_model(Store& store, std::string_view run_id, std::string_view kind, std::span<const std::byte> graph, const base::Json& info);
Model find_model(const Store& store, std::string_view hash);  ///< hash, its beginning, or "latest"
std::optional<Model> latest_model(const Store& store, std::string_view kind = "", std::string_view run_id = "");
std::vector<Model> models(const Store& store);
std::span<const std::byte> model_bytes(const Store& store, const Model& model);

Deployment put_deployment(Store& store, std::string_view model_hash, std::string_view target, const base::Json& manifest);
std::vector<Deployment> deployments(const Store& store);  ///< newest first

}  // namespace mote::store
