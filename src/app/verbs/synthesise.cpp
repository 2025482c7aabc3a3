// Recordings of a wake word that nobody has spoken yet.
#include "app/verb.hpp"
#include "base/text.hpp"
#include "synth/corpus.hpp"

namespace mote::app {

namespace {

struct Synthesise {
    struct Request {
        std::string out;
        std::vector<std::string> keyword;
        std::string samples;
        std::string language = "en";
        int train_per_keyword = synth::CorpusOptions().train_per_keyword;
        int validation_per_keyword = synth::CorpusOptions().validation_per_keyword;
        int test_per_keyword = synth::CorpusOptions().test_per_keyword;
        double other_share = synth::CorpusOptions().other_share;
        double noise_share = synth::CorpusOptions().noise_share;
        int clip_ms = 0;
        std::uint64_t seed = 1;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("out", &Request::out, "folder for the clips and split.csv").positional().required(),
                field("keyword", &Request::keyword, "a phrase to recognise; repeat for several").flag('k').required(),
                field("samples", &Request::samples, "folder of your own recordings: DIR/PHRASE/*.wav, or DIR/*.wav with one phrase"),
                field("language", &Request::language, "espeak-ng language of the phrases"),
                field("train_per_keyword", &Request::train_per_keyword, "training clips of each phrase").range(10, 100000),
                field("validation_per_keyword", &Request::validation_per_keyword, "validation clips of each phrase").range(5, 100000),
                field("test_per_keyword", &Request::test_per_keyword, "test clips of each phrase").range(5, 100000),
                field("other_share", &Request::other_share, "clips of near misses and other speech for each keyword clip").range(0.1, 20),
                field("noise_share", &Request::noise_share, "clips of noise for each keyword clip").range(0.05, 20),
                field("clip_ms", &Request::clip_ms, "length of a clip; 0: as the phrases need, at least 1000").range(0, 5000).unit("ms"),
                field("seed", &Request::seed, "every random choice follows from this number"));
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
        synth::CorpusOptions options;
        options.keywords = request.keyword, options.language = request.language, options.samples = request.samples;
        options.train_per_keyword = request.train_per_keyword, options.validation_per_keyword = request.validation_per_keyword;
        options.test_per_keyword = request.test_per_keyword, options.other_share = request.other_share;
        options.noise_share = request.noise_share, options.clip_ms = request.clip_ms, options.seed = request.seed;
        const std::filesystem::path folder = (context.project / request.out).lexically_normal();
        return {folder.string(), synth::make_corpus(options, folder, *context.progress, *context.cancel), request.seed};
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
