// Recordings of a wake word that nobody has spoken yet.
#include "app/verb.hpp"
#include "base/text.hpp"
#include "synth/corpus.hpp"

namespace mote::app {

namespace {

struct Synthesise {
    struct Request : synth::CorpusOptions {
        std::string out;
        static constexpr auto fields() {
            return std::tuple_cat(
                std::make_tuple(base::field("out", &Request::out, "folder for the clips and split.csv").positional().required()),
                synth::CorpusOptions::fields());
        }
    };
    struct Response {
        std::string folder;
        synth::CorpusReport corpus;
        std::uint64_t seed = 1;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("folder", &Response::folder, "where the clips are"),
                                   field("corpus", &Response::corpus, "what was made"),
                                   field("seed", &Response::seed, "the seed it was made from"));
        }
    };
    static constexpr std::string_view name = "synthesise";
    static constexpr std::string_view help = "speak a wake word with many synthetic voices, with near misses, other speech and noise";
    static constexpr std::string_view example = "mote synthesise clips --keyword \"hey mote\"";
    static constexpr bool is_long = true;

    static Response run(const Request& request, Context& context) {
        const std::filesystem::path folder = (context.project / request.out).lexically_normal();
        return {folder.string(), synth::make_corpus(request, folder, *context.progress, *context.cancel), request.seed};
    }

    static void print(const Response& response, std::ostream& out) {
        const auto& corpus = response.corpus;
        out << corpus.clips << " clips of " << corpus.clip_ms << " ms in " << response.folder << ": " << base::join(corpus.labels, ", ")
            << "\n"
            << corpus.voices_train << " voices to train, " << corpus.voices_validation << " others to validate, " << corpus.voices_test
            << " others again to test (seed " << response.seed << ")\n";
        if (corpus.own_recordings > 0) out << corpus.own_recordings << " of your own recordings are among them\n";
        for (const auto& problem : corpus.problems) out << "left out: " << problem << "\n";
        out << "next: mote init --kind keyword, then mote ingest " << response.folder << " --tables " << response.folder
            << "/split.csv --group-by voice\n";
    }
    static int exit_code(const Response& response) { return response.corpus.problems.empty() ? 0 : 1; }
};

}  // namespace

namespace catalogue {
const Verb& synthesise() { return make_verb<Synthesise>(); }
}  // namespace catalogue

}  // namespace mote::app
