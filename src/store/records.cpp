#include "store/records.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/parts.hpp"

namespace mote::store {

namespace {

using base::Error;
using base::Json;

constexpr const char* run_columns =
    "SELECT r.id, r.snapshot, r.pipeline, r.code, r.seed, r.environment, r.state, r.metrics, r.error, r.created, r.updated, "
    "(SELECT count(*) FROM epoch e WHERE e.run = r.id) FROM run r ";
constexpr const char* model_columns = "SELECT hash, run, kind, info, created FROM model ";

RunState state_from(const std::string& word) {
    for (const RunState state : {RunState::created, RunState::running, RunState::done, RunState::failed, RunState::cancelled})
        if (word == name_of(state)) return state;
    throw Error("bad_input", "the project's store is damaged: a run in state \"" + word + "\"", "restore .mote from a copy");
}

Run read_run(const Statement& row) {
    Run run;
    run.id = row.text(0);
    run.recipe = {row.text(1), row.text(2), row.text(3), std::stoull(row.text(4)), Json::parse(row.text(5))};
    run.state = state_from(row.text(6));
    run.metrics = Json::parse(row.text(7));
    run.error = row.text(8), run.created = row.text(9), run.updated = row.text(10);
    run.epochs = static_cast<int>(row.integer(11));
    return run;
}

Model read_model(const Statement& row) { return {row.text(0), row.text(1), row.text(2), Json::parse(row.text(3)), row.text(4)}; }

std::string id_of(const RunRecipe& recipe) {
    const Json json = {{"snapshot", recipe.snapshot},
                       {"pipeline", recipe.pipeline},
                       {"code", recipe.code},
                       {"seed", recipe.seed},
                       {"environment", recipe.environment}};
    return base::hex(base::sha256("mote run 1\n" + base::canonical_json(json)));
}

template <class Item, class Read, class... Values>
std::vector<Item> list(const Store& store, const std::string& sql, Read read, const Values&... values) {
    Store::Parts& parts = store.parts();
    const std::lock_guard lock(parts.lock);
    Statement rows = parts.database.prepare(sql);
    rows.bind(values...);
    std::vector<Item> items;
    while (rows.step()) items.push_back(read(rows));
    return items;
}

std::string hash_of_object(Store::Parts& parts, std::string_view run, std::string_view name) {
    Statement find =
        parts.database.prepare("SELECT o.hash FROM artifact a JOIN object o ON o.id = a.object WHERE a.run = ? AND a.name = ?");
    return find.bind(run, name).step() ? base::hex(find.hash(0)) : "";
}

}  // namespace

std::string put_pipeline(Store& store, const Json& pipeline) {
    const std::string text = base::canonical_json(pipeline);
    std::string hash = base::hex(base::sha256(text));
    Writing writing(store.parts());
    store.parts().database.prepare("INSERT OR IGNORE INTO pipeline(hash, json, time) VALUES(?, ?, ?)").run(hash, text, utc_now());
    writing.commit();
    return hash;
}

Json get_pipeline(const Store& store, std::string_view asked) {
    Store::Parts& parts = store.parts();
    const std::lock_guard lock(parts.lock);
    Statement rows = parts.database.prepare("SELECT hash FROM pipeline");
    const std::string hash = unique_match(rows, "pipeline", asked);
    Statement find = parts.database.prepare("SELECT json FROM pipeline WHERE hash = ?");
    find.bind(hash).step();
    return base::parse_json(find.text(0), "pipeline " + hash);
}

Model put_model(Store& store, std::string_view run_id, std::string_view kind, std::span<const std::byte> graph, const Json& info) {
    const std::string run = find_run(store, run_id).id;
    const base::Hash hash = base::sha256(graph);
    Writing writing(store.parts());
    const std::int64_t object = writing.put(hash, graph);
    Database& database = store.parts().database;
    database.prepare("INSERT OR IGNORE INTO model(hash, run, kind, object, info, created) VALUES(?, ?, ?, ?, ?, ?)")
        .run(base::hex(hash), run, kind, object, info.dump(), utc_now());
    Statement find = database.prepare(std::string(model_columns) + "WHERE hash = ? AND run = ?");
    find.bind(base::hex(hash), run).step();
    Model model = read_model(find);
    find.reset();
    writing.commit();
    return model;
}

std::vector<Model> models(const Store& store) { return list<Model>(store, std::string(model_columns) + "ORDER BY seq DESC", read_model); }

std::optional<Model> latest_model(const Store& store, std::string_view kind, std::string_view run_id) {
    auto found =
        list<Model>(store, std::string(model_columns) + "WHERE (?1 = '' OR kind = ?1) AND (?2 = '' OR run = ?2) ORDER BY seq DESC LIMIT 1",
                    read_model, kind, run_id);
    if (found.empty()) return std::nullopt;
    return found.front();
}

Model find_model(const Store& store, std::string_view asked) {
    if (asked == "latest") {
        if (const auto model = latest_model(store)) return *model;
        throw Error("not_found", "this project has no model yet", "`mote train` makes one");
    }
    Store::Parts& parts = store.parts();
    const std::lock_guard lock(parts.lock);
    Statement rows = parts.database.prepare("SELECT DISTINCT hash FROM model");
    const std::string hash = unique_match(rows, "model", asked);
    return list<Model>(store, std::string(model_columns) + "WHERE hash = ? ORDER BY seq DESC LIMIT 1", read_model, hash).front();
}

std::span<const std::byte> model_bytes(const Store& store, const Model& model) { return store.get(base::hash_from_hex(model.hash)); }

Deployment put_deployment(Store& store, std::string_view model_hash, std::string_view target, const Json& manifest) {
    const std::string model = find_model(store, model_hash).hash;
    const std::string text = base::canonical_json({{"model", model}, {"target", std::string(target)}, {"manifest", manifest}});
    Deployment made{base::hex(base::sha256(text)), model, std::string(target), manifest, utc_now()};
    Writing writing(store.parts());
    store.parts()
        .database.prepare("INSERT OR IGNORE INTO deployment(hash, model, target, manifest, created) VALUES(?, ?, ?, ?, ?)")
        .run(made.hash, made.model, made.target, manifest.dump(), made.created);
    writing.commit();
    return made;
}

std::vector<Deployment> deployments(const Store& store) {
    return list<Deployment>(store, "SELECT hash, model, target, manifest, created FROM deployment ORDER BY seq DESC",
                            [](const Statement& row) {
                                return Deployment{row.text(0), row.text(1), row.text(2), Json::parse(row.text(3)), row.text(4)};
                            });
}

const char* name_of(RunState state) {
    switch (state) {
        case RunState::created:
            return "created";
        case RunState::running:
            return "running";
        case RunState::done:
            return "done";
        case RunState::failed:
            return "failed";
        default:
            return "cancelled";
    }
}

Run open_run(Store& store, const RunRecipe& given) {
    RunRecipe recipe = given;
    recipe.snapshot = store.find_snapshot(given.snapshot).hash;
    get_pipeline(store, recipe.pipeline);
    const std::string id = id_of(recipe);
    Writing writing(store.parts());
    const std::string now = utc_now();
    store.parts()
        .database
        .prepare(
            "INSERT OR IGNORE INTO run(id, snapshot, pipeline, code, seed, environment, state, metrics, error, created, updated) "
            "VALUES(?, ?, ?, ?, ?, ?, 'created', '{}', '', ?, ?)")
        .run(id, recipe.snapshot, recipe.pipeline, recipe.code, std::to_string(recipe.seed), base::canonical_json(recipe.environment), now,
             now);
    writing.commit();
    return find_run(store, id);
}

std::vector<Run> runs(const Store& store) { return list<Run>(store, std::string(run_columns) + "ORDER BY r.seq DESC", read_run); }

std::optional<Run> latest_run(const Store& store, std::optional<RunState> state) {
    const std::string word = state ? name_of(*state) : "";
    auto found = list<Run>(store, std::string(run_columns) + "WHERE ?1 = '' OR r.state = ?1 ORDER BY r.seq DESC LIMIT 1", read_run, word);
    if (found.empty()) return std::nullopt;
    return found.front();
}

Run find_run(const Store& store, std::string_view asked) {
    if (asked == "latest") {
        if (const auto run = latest_run(store)) return *run;
        throw Error("not_found", "this project has no run yet", "`mote train` makes one");
    }
    Store::Parts& parts = store.parts();
    const std::lock_guard lock(parts.lock);
    Statement rows = parts.database.prepare("SELECT id FROM run");
    const std::string id = unique_match(rows, "run", asked);
    return list<Run>(store, std::string(run_columns) + "WHERE r.id = ?", read_run, id).front();
}

std::vector<Json> epochs(const Store& store, std::string_view run_id) {
    return list<Json>(
        store, "SELECT json FROM epoch WHERE run = ? ORDER BY epoch", [](const Statement& row) { return Json::parse(row.text(0)); },
        find_run(store, run_id).id);
}

std::vector<std::string> artifacts(const Store& store, std::string_view run_id) {
    return list<std::string>(
        store, "SELECT name FROM artifact WHERE run = ? ORDER BY name", [](const Statement& row) { return row.text(0); },
        find_run(store, run_id).id);
}

std::span<const std::byte> artifact(const Store& store, std::string_view run_id, std::string_view name) {
    const std::string run = find_run(store, run_id).id;
    std::string hash;
    {
        const std::lock_guard lock(store.parts().lock);
        hash = hash_of_object(store.parts(), run, name);
    }
    if (hash.empty()) {
        const auto names = artifacts(store, run);
        throw Error("not_found", "run " + run.substr(0, 12) + " has no \"" + std::string(name) + "\"",
                    names.empty() ? "it has nothing yet" : "it has " + base::join(names, ", "));
    }
    return store.get(base::hash_from_hex(hash));
}

}  // namespace mote::store
