// Raw tensors through a model, on the host's reference or on the emulated chip.
#include "app/measurement.hpp"
#include "app/named_model.hpp"
#include "app/profile.hpp"
#include "app/tables.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <optional>

namespace mote::app {

namespace {

struct Infer {
    struct Request {
        std::string model, input, output, layers, on, optimise = "speed";
        std::map<std::string, std::string> state;
        std::string samples;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("model", &Request::model, "a model file, the beginning of a run's id, or \"latest\"").positional().required(),
                field("input", &Request::input, "raw tensors: all inputs of an inference one behind the other, inferences likewise")
                    .flag('i')
                    .required(),
                field("output", &Request::output, "where to write the outputs, in the same form").flag('o').required(),
                field("layers", &Request::layers,
                      "also write every operator's output, in the order of the file, inference after inference"),
                field("on", &Request::on, "run the firmware for this board in the emulator, and compare it with the host"),
                field("optimise", &Request::optimise, "what that firmware's plan is made for").choices("speed|size|ram"),
                field("state", &Request::state, FileOptions::state_help), field("samples", &Request::samples, FileOptions::samples_help));
        }
    };
    struct Response {
        std::string model, input, output, layers, target, made_folder;
        std::uint64_t inferences = 0, input_bytes = 0, output_bytes = 0, layer_bytes = 0;
        std::uint64_t compared_outputs = 0, differing_outputs = 0, compared_layers = 0, differing_layers = 0;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(
                field("model", &R::model, "what computed"), field("input", &R::input, "the file read"),
                field("output", &R::output, "the file written"),
                field("layers", &R::layers, "the file written with every operator's output"),
                field("target", &R::target, "the board; empty: the host's reference"),
                field("made_folder", &R::made_folder, "the folder that was made for the outputs; mostly empty"),
                field("inferences", &R::inferences, "how many"), field("input_bytes", &R::input_bytes, "of one inference").unit("bytes"),
                field("output_bytes", &R::output_bytes, "of one inference").unit("bytes"),
                field("layer_bytes", &R::layer_bytes, "of one inference").unit("bytes"),
                field("compared_outputs", &R::compared_outputs, "bytes of outputs held against the host's").unit("bytes"),
                field("differing_outputs", &R::differing_outputs, "of these, other than on the host").unit("bytes"),
                field("compared_layers", &R::compared_layers, "bytes of the tensors that the firmware materialises, likewise")
                    .unit("bytes"),
                field("differing_layers", &R::differing_layers, "of these, other than on the host").unit("bytes"));
        }
    };
    static constexpr std::string_view name = "infer";
    static constexpr std::string_view help = "run raw tensors through a model, on the host or on a board's own instruction set";
    static constexpr std::string_view example = "mote infer model.tflite --input in.bin --output out.bin --on nrf52840";
    static constexpr bool is_long = true;

    /// What the host's reference gives.
    struct Host {
        base::Bytes outputs, layers, materialised;
    };

    static void append(base::Bytes& to, std::span<const std::byte> from) { to.insert(to.end(), from.begin(), from.end()); }

    static std::size_t size_of(const graph::Graph& model, const std::vector<int>& list) {
        std::size_t bytes = 0;
        for (const int index : list) bytes += model.tensors[static_cast<std::size_t>(index)].size_bytes();
        return bytes;
    }

    static Host on_host(const graph::Imported& model, std::span<const std::byte> inputs, std::size_t input_bytes,
                        const std::vector<codegen::TracePoint>& trace, Context& context) {
        Host host;
        graph::Evaluator evaluator(model.graph);
        const std::size_t count = inputs.size() / input_bytes;
        context.progress->begin("inferring on the host", count);
        for (std::size_t i = 0; i < count; ++i) {
            context.cancel->check();
            append(host.outputs, evaluator.run(inputs.subspan(i * input_bytes, input_bytes)));
            for (const int tensor : model.operator_outputs) append(host.layers, evaluator.tensor(tensor));
            for (const auto& point : trace) append(host.materialised, point.written(evaluator.tensor(point.tensor)));
            context.progress->advance(i + 1);
        }
        context.progress->end();
        return host;
    }

    static Measured on_target(const Request& request, const NamedModel& named, std::span<const std::byte> inputs, Context& context) {
        const board::Board board = typed([&] { return board::find_board(request.on, project_folder(named, context)); });
        auto pipeline = bare_pipeline(named, named.model.graph, board.core);
        set_plan(pipeline, {request.optimise, 0, 0});
        const base::TemporaryFolder folder("mote-infer");
        target::RunOptions options;
        options.want_layers = true, options.count = false;
        options.progress = context.progress, options.cancel = context.cancel;
        return measure_pipeline(pipeline, board, inputs, options, folder.path() / "model");
    }

    static Response run(const Request& request, Context& context) {
        check_written({{"--output", request.output}, {"--layers", request.layers}}, {request.model, request.input, request.samples});
        const NamedModel named = open_model(request.model, context, {request.state, request.samples});
        const graph::Graph& model = named.model.graph;
        const base::Bytes inputs = base::read_file(request.input);
        Response response;
        response.model = named.name, response.input = request.input, response.output = request.output, response.target = request.on;
        response.input_bytes = size_of(model, model.inputs), response.output_bytes = size_of(model, model.outputs);
        response.layer_bytes = size_of(model, named.model.operator_outputs);
        if (inputs.empty() || inputs.size() % response.input_bytes != 0)
            throw base::Error("bad_input",
                              request.input + ": " + std::to_string(inputs.size()) + " bytes are no whole number of inferences of " +
                                  std::to_string(response.input_bytes) + " bytes",
                              "write each inference as " + describe(model, model.inputs) + ", row-major and little-endian");
        response.inferences = inputs.size() / response.input_bytes;
        std::optional<Measured> measured;
        if (!request.on.empty()) measured = on_target(request, named, inputs, context);
        const Host host = on_host(named.model, inputs, response.input_bytes,
                                  measured ? measured->emission.trace : std::vector<codegen::TracePoint>{}, context);
        std::span<const std::byte> outputs = host.outputs;
        if (measured) {
            outputs = std::as_bytes(std::span(measured->run.outputs));
            response.compared_outputs = host.outputs.size(), response.compared_layers = host.materialised.size();
            response.differing_outputs = count_differences(outputs, host.outputs);
            response.differing_layers = count_differences(measured->run.layers, host.materialised);
        }
        response.made_folder = missing_folder(request.output);
        base::write_file(request.output, outputs);
        if (!request.layers.empty()) base::write_file(request.layers, host.layers), response.layers = request.layers;
        return response;
    }

    static void print(const Response& response, std::ostream& out) {
        out << response.model << ": " << response.inferences << " inference(s) on "
            << (response.target.empty() ? "the host" : response.target) << "\n";
        out << "wrote " << response.output << " (" << response.output_bytes << " bytes an inference)\n";
        print_made_folder(response.made_folder, out);
        if (!response.layers.empty())
            out << "wrote " << response.layers << " (" << response.layer_bytes
                << " bytes an inference, every operator's output, on the host)\n";
        if (response.target.empty()) return;
        out << "outputs  " << response.differing_outputs << " of " << response.compared_outputs << " bytes differ from the host\n";
        out << "tensors  " << response.differing_layers << " of " << response.compared_layers
            << " bytes differ from the host, in all that the firmware materialises\n";
        if (exit_code(response) != 0) out << "next: this is a fault in mote: please report it with the model\n";
    }
    /// A chip that computes something else than the host has failed.
    static int exit_code(const Response& response) { return response.differing_outputs + response.differing_layers == 0 ? 0 : 1; }
};

}  // namespace

namespace catalogue {
const Verb& infer() { return make_verb<Infer>(); }
}  // namespace catalogue

}  // namespace mote::app
