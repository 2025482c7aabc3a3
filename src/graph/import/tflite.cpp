// Field numbers and codes are those of TensorFlow's schema.fbs (version 3).
#include "graph/import/tflite.hpp"

#include "base/text.hpp"
#include "graph/build.hpp"
#include "graph/half.hpp"
#include "graph/import/flatbuffer.hpp"
#include "graph/import_format.hpp"
#include "graph/limits.hpp"
#include "graph/refusals.hpp"
#include "graph/tflite/budget.hpp"
#include "graph/tflite/operators.hpp"
#include "graph/unsigned_ends.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <set>

namespace mote::graph {

namespace {

using flatbuffer::Table;

constexpr int custom_code = 32, half_type = 1, unsigned_type = 3, resource_type = 13, call_once_code = 129, assign_variable_code = 144,
              var_handle_code = 142;

class Importer {
  public:
    Importer(std::span<const std::byte> bytes, std::string_view where) : buffer_(bytes, std::string(where)), budget_(buffer_) {}

    Imported run() {
        if (base::as_text(buffer_.slice(4, 4)) != "TFL3") buffer_.damaged("is not a TensorFlow Lite model");
        const Table model = buffer_.root();
        for (const Table& code : model.tables(1)) {
            codes_.push_back(std::max<int>(code.number<std::int8_t>(0), code.number<std::int32_t>(3)));
            customs_.push_back(codes_.back() == custom_code ? code.text(1) : std::string());
            budget_.spend(customs_.back().size());
            if (!base::is_utf8(customs_.back())) buffer_.damaged("has a custom operator whose name is not UTF-8");
        }
        const auto subgraphs = model.tables(2);
        if (subgraphs.empty()) buffer_.damaged("has no subgraph");
        const auto buffers = model.tables(4);
        const Table& main = subgraphs.front();
        graph_.name = main.text(4).empty() ? "tflite" : main.text(4);
        if (!base::is_utf8(graph_.name)) buffer_.damaged("has a subgraph whose name is not UTF-8");
        for (const Table& t : main.tables(0)) {
            const int tensor = graph_.add_tensor(read_tensor(t, buffers));
            if (t.number<std::int8_t>(1) == unsigned_type) unsigned_.insert(tensor);
        }
        graph_.inputs = indices(main.numbers<std::int32_t>(1), graph_);
        graph_.outputs = indices(main.numbers<std::int32_t>(2), graph_);
        tflite::OperatorReader reader(buffer_, graph_, budget_);
        read_initial_values(subgraphs, buffers, reader);
        std::size_t index = 0;
        for (const Table& op : main.tables(3)) read_operator(file_operator(op, index++, graph_), reader);
        refusals_.throw_all(buffer_.where());
        std::vector<int> operator_outputs = reader.operator_outputs();
        restore_unsigned_ends(operator_outputs);
        for (const int output : graph_.outputs)
            if (output >= 0 && graph_.tensors[static_cast<std::size_t>(output)].is_constant())
                unsupported("output \"" + graph_.tensors[static_cast<std::size_t>(output)].name + "\" is a constant, whatever the input is",
                            "drop that output when exporting");
        const std::size_t outputs = graph_.outputs.size();
        graph_.outputs.insert(graph_.outputs.end(), operator_outputs.begin(), operator_outputs.end());  // renumbered with the others
        remove_unused_tensors(graph_);
        operator_outputs.assign(graph_.outputs.begin() + static_cast<std::ptrdiff_t>(outputs), graph_.outputs.end());
        graph_.outputs.resize(outputs);
        try {
            verify(graph_);
        } catch (const base::Error& error) {
            throw error.at(buffer_.where());
        }
        return {std::move(graph_), std::move(operator_outputs)};
    }

  private:
    [[noreturn]] void unsupported(const std::string& what, const std::string& hint) const {
        throw base::Error("unsupported", buffer_.where() + ": " + what, hint);
    }

    /// What reads the result of an operator that was refused is only asked whether it has a counterpart.
    void read_operator(const tflite::FileOperator& op, tflite::OperatorReader& reader) {
        const bool is_lost = std::any_of(op.inputs.begin(), op.inputs.end(), [&](int i) { return lost_.count(i) > 0; });
        if (is_lost && tflite::OperatorReader::reads(op.code)) {
            lost_.insert(op.outputs.begin(), op.outputs.end());
            return;
        }
        if (refusals_.read(buffer_.where(), [&] { reader.add(op); })) return;
        lost_.insert(op.outputs.begin(), op.outputs.end());
    }

    void restore_unsigned_ends(std::vector<int>& operator_outputs) {
        const auto unsigned_of = [&](std::vector<int> ends) {
            std::sort(ends.begin(), ends.end());
            ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
            std::erase_if(ends,
                          [&](int t) { return unsigned_.count(t) == 0 || graph_.tensors[static_cast<std::size_t>(t)].is_constant(); });
            return ends;
        };
        for (const int input : unsigned_of(graph_.inputs)) make_unsigned_input(graph_, input);
        for (const int output : unsigned_of(graph_.outputs)) make_unsigned_output(graph_, output, operator_outputs);
    }

    std::vector<int> indices(const std::vector<std::int32_t>& list, const Graph& graph) const {
        for (const std::int32_t i : list)
            if (i < -1 || i >= static_cast<std::int32_t>(graph.tensors.size()))
                buffer_.damaged("names tensor " + std::to_string(i) + ", which does not exist");
        return {list.begin(), list.end()};
    }

    Type type_of(int code, const std::string& tensor) const {
        switch (code) {
            case 0:
            case half_type:
                return Type::f32;
            case 2:
            case resource_type:
                return Type::i32;
            case 4:
                return Type::i64;
            case 6:
                return Type::boolean;
            case 7:
                return Type::i16;
            case unsigned_type:  // 128 less in the graph
            case 9:
                return Type::i8;
            default:
                unsupported("tensor \"" + tensor + "\" has type number " + std::to_string(code),
                            "export the model as float32, int8, or int8 with int16 activations");
        }
    }

    Tensor read_tensor(const Table& table, const std::vector<Table>& buffers) {
        if (++tensors_read_ > limits::tensors) buffer_.damaged("has too many tensors");
        Tensor t;
        t.name = table.text(3);
        if (!base::is_utf8(t.name)) buffer_.damaged("has a tensor " + std::to_string(tensors_read_ - 1) + " whose name is not UTF-8");
        t.shape = table.numbers<std::int32_t>(0);
        t.type = type_of(table.number<std::int8_t>(1), t.name);
        t.is_variable = table.number<std::uint8_t>(5) != 0;
        if (const auto q = table.table(4)) {
            t.quantisation.scale = q->numbers<float>(2);
            for (const std::int64_t z : q->numbers<std::int64_t>(3)) {
                if (z < std::numeric_limits<std::int32_t>::min() || z > std::numeric_limits<std::int32_t>::max())
                    buffer_.damaged("tensor \"" + t.name + "\" has zero point " + std::to_string(z));
                t.quantisation.zero_point.push_back(static_cast<std::int32_t>(z));
            }
            t.quantisation.axis = t.quantisation.scale.size() > 1 ? q->number<std::int32_t>(6) : -1;
        }
        const bool is_unsigned = table.number<std::int8_t>(1) == unsigned_type;
        if (is_unsigned) make_signed(t);
        budget_.spend_on_head(t);
        const auto index = table.number<std::uint32_t>(2);
        if (index >= buffers.size())
            buffer_.damaged("tensor \"" + t.name + "\" names buffer " + std::to_string(index) + ", which does not exist");
        const auto data = buffers[index].bytes(0);
        const bool halves = table.number<std::int8_t>(1) == half_type;
        budget_.spend(halves ? 2 * data.size() : data.size());
        if (halves)
            widen(data, t);
        else
            t.data.assign(data.begin(), data.end());
        if (is_unsigned)
            for (std::byte& value : t.data) value ^= std::byte{0x80};
        return t;
    }

    // Where the file says no scale, the numbers stand for themselves.
    static void make_signed(Tensor& t) {
        Quantisation& q = t.quantisation;
        if (q.empty()) q = {{1.0f}, {0}, -1};
        for (std::int32_t& z : q.zero_point) z = static_cast<std::int32_t>(std::int64_t{z} - 128 < INT32_MIN ? INT32_MIN : z - 128);
    }

    static void widen(std::span<const std::byte> halves, Tensor& t) {
        t.data.resize(halves.size() / 2 * sizeof(float));
        for (std::size_t i = 0; i < halves.size() / 2; ++i) {
            std::uint16_t half;
            std::memcpy(&half, halves.data() + 2 * i, sizeof half);
            t.as<float>()[i] = widened(half);
        }
    }

    std::size_t opcode_of(const Table& op) const {
        const auto opcode = op.number<std::uint32_t>(0);
        if (opcode >= codes_.size()) buffer_.damaged("an operator has code " + std::to_string(opcode) + ", which does not exist");
        return opcode;
    }
    int code_of(const Table& op) const { return codes_[opcode_of(op)]; }

    tflite::FileOperator file_operator(const Table& op, std::size_t index, const Graph& graph) {
        tflite::FileOperator file{index,
                                  code_of(op),
                                  op.table(4),
                                  indices(op.numbers<std::int32_t>(1), graph),
                                  indices(op.numbers<std::int32_t>(2), graph),
                                  indices(op.numbers<std::int32_t>(8), graph),
                                  customs_[opcode_of(op)]};
        budget_.spend(sizeof(int) * (file.inputs.size() + file.outputs.size() + file.intermediates.size()));
        return file;
    }

    // The subgraphs that CALL_ONCE runs before the first inference: they may give variables their first values, nothing else counts.
    void read_initial_values(const std::vector<Table>& subgraphs, const std::vector<Table>& buffers, tflite::OperatorReader& reader) {
        std::set<std::int32_t> run;
        for (const Table& op : subgraphs.front().tables(3)) {
            if (code_of(op) != call_once_code) continue;
            const auto options = op.table(4);
            const std::int32_t index = options ? options->number<std::int32_t>(0) : 0;
            if (index < 1 || index >= static_cast<std::int32_t>(subgraphs.size()))
                buffer_.damaged("runs subgraph " + std::to_string(index) + " once, which does not exist");
            if (!run.insert(index).second) continue;
            const Table& once = subgraphs[static_cast<std::size_t>(index)];
            Graph graph;
            for (const Table& t : once.tables(0)) graph.add_tensor(read_tensor(t, buffers));
            std::map<int, std::string> names;
            std::size_t place = 0;
            for (const Table& inner : once.tables(3)) {
                const tflite::FileOperator file = file_operator(inner, place++, graph);
                if (file.code == var_handle_code && file.outputs.size() == 1 && file.outputs[0] >= 0)
                    names[file.outputs[0]] = tflite::variable_name(file, budget_);
                if (file.code != assign_variable_code || file.inputs.size() != 2 || file.inputs[0] < 0 || file.inputs[1] < 0) continue;
                reader.add_initial(names, file.inputs[0], graph.tensors[static_cast<std::size_t>(file.inputs[1])]);
            }
        }
    }

    flatbuffer::Buffer buffer_;
    tflite::Budget budget_;
    Refusals refusals_;
    std::set<int> lost_;  ///< tensors that refused operators would write
    std::vector<int> codes_;
    std::vector<std::string> customs_;  ///< names of custom operators, by code
    std::size_t tensors_read_ = 0;
    Graph graph_;
    std::set<int> unsigned_;  ///< tensors that are uint8 in the file
};

}  // namespace

Graph import_tflite(std::span<const std::byte> bytes, std::string_view where) { return Importer(bytes, where).run().graph; }

namespace imports {

const ImportFormat& tflite() {
    static const ImportFormat format{
        "tflite",
        "TensorFlow Lite: int8, int16 activations, float32",
        {".tflite"},
        [](std::string_view, std::span<const std::byte> head) { return head.size() >= 8 && base::as_text(head.subspan(4, 4)) == "TFL3"; },
        [](std::span<const std::byte> bytes, std::string_view where) { return Importer(bytes, where).run(); }};
    return format;
}

}  // namespace imports

}  // namespace mote::graph
