// A model of the project, or any model file, in a format that other programs read.
#include "app/named_model.hpp"
#include "app/tables.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "graph/export_format.hpp"
#include "graph/node_view.hpp"

namespace mote::app {

namespace {

struct Export {
    struct Request {
        std::string model = "latest", out, arithmetic = "int8", samples;
        std::map<std::string, std::string> state;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("model", &Request::model, "the beginning of a run's id, or a model file; the latest finished run where none is given")
                    .positional(),
                field("out", &Request::out, "the file to write; its ending chooses the format").flag('o').required(),
                field("arithmetic", &Request::arithmetic, "which of a run's two models").choices("int8|float"),
                field("state", &Request::state, FileOptions::state_help), field("samples", &Request::samples, FileOptions::samples_help));
        }
    };
    struct Response {
        std::string model, file, format, input, output, made_folder;
        std::uint64_t size_bytes = 0;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(field("model", &R::model, "what was written"), field("file", &R::file, "where"),
                                   field("format", &R::format, "in which format"), field("input", &R::input, "type and shape of each"),
                                   field("output", &R::output, "type and shape of each"),
                                   field("made_folder", &R::made_folder, "the folder that was made for it; mostly empty"),
                                   field("size_bytes", &R::size_bytes, "of the file").unit("bytes"));
        }
    };
    static constexpr std::string_view name = "export";
    static constexpr std::string_view help = "write a trained model as a file for other programs";
    static constexpr std::string_view example = "mote export latest --out model.tflite";
    static constexpr bool is_long = false;

    static Response run(const Request& request, Context& context) {
        check_written({{"--out", request.out}}, {request.model, request.samples});
        const graph::ExportFormat& format = graph::export_format_of(request.out);
        const NamedModel named = open_model(request.model, context, {request.state, request.samples});
        const bool wants_float = named.run && request.arithmetic == "float";
        const graph::Graph& model = wants_float ? named.run->float_model : named.model.graph;
        const base::Bytes bytes = format.write(model);
        const std::string made_folder = missing_folder(request.out);
        base::write_file(request.out, bytes);
        return {named.name,  request.out, std::string(format.name), describe(model, model.inputs), describe(model, model.outputs),
                made_folder, bytes.size()};
    }

    static void print(const Response& response, std::ostream& out) {
        out << "wrote " << response.file << " (" << response.format << ", " << base::human_bytes(response.size_bytes) << ", "
            << response.model << "): " << response.input << " -> " << response.output << "\n";
        print_made_folder(response.made_folder, out);
        out << "next: mote infer " << response.file << " --input in.bin --output out.bin\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& export_model() { return make_verb<Export>(); }
}  // namespace catalogue

}  // namespace mote::app
