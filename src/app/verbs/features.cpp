// The features of the project's windows: computed, summarised, exported.
#include "app/features.hpp"
#include "app/npy.hpp"
#include "app/session.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>

namespace mote::app {

namespace {

struct FeatureSummary {
    std::string name;
    double minimum = 0, maximum = 0, mean = 0, deviation = 0;
    static constexpr auto fields() {
        using base::field;
        using F = FeatureSummary;
        return std::make_tuple(field("name", &F::name, "of the feature, or its index"),
                               field("minimum", &F::minimum, "over the training windows"),
                               field("maximum", &F::maximum, "over the training windows"), field("mean", &F::mean, "of them"),
                               field("deviation", &F::deviation, "standard deviation"));
    }
};

struct FeaturesVerb {
    struct Request {
        std::string out;
        std::map<std::string, std::string> set;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("out", &Request::out, "write features and classes of each split into this folder as NumPy arrays (.npy)").flag('o'),
                field("set", &Request::set, "a setting of mote.toml for this call, as SECTION.KEY=VALUE").flag('s'));
        }
    };
    struct Response {
        std::string block, project;
        base::Json parameters = base::Json::object();
        base::Json input = base::Json::object();
        std::vector<int> shape;
        std::vector<std::string> labels;
        std::vector<SplitSummary> splits;
        std::vector<FeatureSummary> features;
        std::vector<std::string> files;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(
                field("block", &R::block, "the signal processing"),
                field("project", &R::project, "how to name the project in a next command"),
                field("parameters", &R::parameters, "its settings, all of them"), field("input", &R::input, "one raw window"),
                field("shape", &R::shape, "of the features of one window"), field("labels", &R::labels, "classes, by index"),
                field("splits", &R::splits, "windows of each split"),
                field("features", &R::features, "each feature over the training windows; of a spectrum, each of its last axis"),
                field("files", &R::files, "written"));
        }
    };
    static constexpr std::string_view name = "features";
    static constexpr std::string_view help = "compute the features of all windows, show what they look like, export them";
    static constexpr std::string_view example = "mote features --out exported/";
    static constexpr bool is_long = true;

    /// Over all windows and all places that share an index of the last axis.
    static std::vector<FeatureSummary> summarise_features(const std::vector<float>& rows, const dsp::FeatureSpec& spec) {
        const std::size_t width = spec.names.empty() ? static_cast<std::size_t>(spec.shape.back()) : spec.count();
        std::vector<FeatureSummary> out(width);
        std::vector<double> squares(width, 0);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            FeatureSummary& feature = out[i % width];
            const double v = rows[i];
            feature.minimum = i < width ? v : std::min(feature.minimum, v), feature.maximum = i < width ? v : std::max(feature.maximum, v);
            feature.mean += v, squares[i % width] += v * v;
        }
        const double n = std::max<double>(1, static_cast<double>(rows.size() / width));
        for (std::size_t k = 0; k < width; ++k) {
            out[k].name = spec.names.empty() ? std::to_string(k) : spec.names[k];
            out[k].mean /= n;
            out[k].deviation = std::sqrt(std::max(0.0, squares[k] / n - out[k].mean * out[k].mean));
        }
        return out;
    }

    static Response run(const Request& request, Context& context) {
        Session session = open_session(context);
        const Config config = session_config(session, request.set);
        const DataPlan plan = plan_data(session.store, session.store.snapshot().hash, config.data);
        const Features features = prepare_features(config.block, config.block_parameters, plan.input);
        Response response;
        response.project = in_project(context);
        response.block = features.block, response.parameters = features.parameters, response.input = dsp::to_json(plan.input);
        response.shape = features.prepared->output().shape, response.labels = plan.labels, response.splits = summarise(plan);
        const auto cache = session.project.store_folder() / "cache" / "features";
        for (const std::string split : {"train", "validation", "test"}) {
            const auto& windows = split == "train" ? plan.train : split == "validation" ? plan.validation : plan.test;
            if (windows.empty()) continue;
            const auto rows = compute_features(plan, features, windows, cache, *context.progress, *context.cancel);
            if (split == "train") response.features = summarise_features(rows, features.prepared->output());
            if (request.out.empty()) continue;
            const std::filesystem::path folder(request.out);
            std::vector<std::size_t> shape{windows.size()};
            for (const int d : response.shape) shape.push_back(static_cast<std::size_t>(d));
            write_npy(folder / (split + "_features.npy"), shape, rows);
            const auto truth = plan.truth(windows);
            write_npy(folder / (split + "_classes.npy"), {truth.size()}, truth);
            for (const char* kind : {"_features.npy", "_classes.npy"}) response.files.push_back((folder / (split + kind)).string());
        }
        return response;
    }

    static void print(const Response& response, std::ostream& out) {
        std::vector<std::string> sides;
        for (const int d : response.shape) sides.push_back(std::to_string(d));
        out << response.block << " " << response.parameters.dump() << "\nfeatures of one window: [" << base::join(sides, ", ") << "]\n";
        for (const auto& split : response.splits) {
            out << "  " << split.split << ": " << split.windows << " windows of " << split.recordings << " recordings";
            for (const auto& [label, count] : split.by_label) out << ", " << label << " " << count;
            out << "\n";
        }
        constexpr std::size_t shown = 16;
        for (std::size_t i = 0; i < std::min(shown, response.features.size()); ++i) {
            const auto& f = response.features[i];
            out << "  " << f.name << ": " << f.minimum << " to " << f.maximum << ", mean " << f.mean << ", deviation " << f.deviation
                << (f.deviation == 0 ? "  (says nothing: it never changes)" : "") << "\n";
        }
        if (response.features.size() > shown) out << "  ... and " << response.features.size() - shown << " more (--json lists all)\n";
        for (const auto& file : response.files) out << "wrote " << file << "\n";
        out << "next: mote " << response.project << "train\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& features() { return make_verb<FeaturesVerb>(); }
}  // namespace catalogue

}  // namespace mote::app
