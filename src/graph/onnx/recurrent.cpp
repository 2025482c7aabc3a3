// LSTM and GRU. In the file the weights of all gates stand in one tensor, [directions, gates * units, inputs]; each gate is a constant of
// its own in the graph, whose layers run forwards over one sequence: another direction runs over the values in the other order.
#include "graph/onnx/families.hpp"

#include "graph/node_view.hpp"

#include <algorithm>

namespace mote::graph::onnx {

namespace {

constexpr int most_sequences = 64;

struct Kind {
    const char* op;
    /// Where the file keeps the gates that the graph's operator takes in this order.
    std::vector<int> gates;
    std::vector<std::string> activations;
    std::size_t states;  ///< hidden, and cell
};

class Recurrent {
  public:
    Recurrent(Translator& t, Kind kind) : t_(t), w_(t.writer()), kind_(std::move(kind)) {}

    void run() {
        read_attributes();
        read_input();
        check_inputs();
        std::vector<int> sequences;
        for (int b = 0; b < batch_; ++b) {
            const int x = batch_ == 1 ? x_ : w_.emit("slice", {x_}, slice({b, 0, 0}, {1, steps_, inputs_}, 1));
            std::vector<int> directions;
            for (int d = 0; d < directions_; ++d) directions.push_back(direction(x, d, b));
            sequences.push_back(directions_ == 1 ? directions[0] : w_.emit("concat", directions, {{"axis", 2}}));
        }
        const int all = batch_ == 1 ? sequences[0] : w_.emit("concat", sequences, {{"axis", 0}});
        give_outputs(w_.reshaped(all, {batch_, steps_, directions_, units_}));
    }

  private:
    static base::Json slice(std::vector<int> begin, std::vector<int> size, int stride) {
        std::vector<int> strides(begin.size(), 1);
        strides[1] = stride;
        return {{"begin", begin}, {"size", size}, {"strides", strides}};
    }

    void read_attributes() {
        const std::string direction = t_.text("direction", "forward");
        if (direction != "forward" && direction != "reverse" && direction != "bidirectional") t_.reject("runs " + direction);
        is_reverse_ = direction == "reverse";
        directions_ = direction == "bidirectional" ? 2 : 1;
        layout_ = t_.integer("layout", 0);
        if (layout_ != 0 && layout_ != 1) t_.reject("has layout " + std::to_string(layout_));
        units_ = static_cast<int>(std::clamp<std::int64_t>(t_.integer("hidden_size", 0), 0, 1 << 20));
        if (const Attribute* given = t_.attribute("activations")) check_activations(*given);
        for (const char* name : {"activation_alpha", "activation_beta"}) (void)t_.attribute(name);
        if (t_.real("clip", 0) != 0) t_.refuse("clips the sums of its gates", "export it without clip");
        (void)t_.integer("output_sequence", 1);
        if (kind_.states == 2 && t_.integer("input_forget", 0) != 0)
            t_.refuse("couples its input and forget gates", "export it with a gate for each");
        if (kind_.states == 1) reset_after_ = t_.integer("linear_before_reset", 0) != 0;
    }

    void check_activations(const Attribute& given) {
        for (std::size_t i = 0; i < given.texts.size(); ++i)
            if (given.texts[i] != kind_.activations[i % kind_.activations.size()])
                t_.refuse("has " + given.texts[i] + " as a function of its gates", "use Sigmoid for gates and Tanh for values");
    }

    void read_input() {
        const Value x = t_.real_operand(0);
        if (x.shape.size() != 3) t_.reject("has an input of shape " + graph::text_of(x.shape));
        const Value plain = w_.in_plain_order(x);
        steps_ = x.shape[layout_ == 0 ? 0 : 1], batch_ = x.shape[layout_ == 0 ? 1 : 0], inputs_ = x.shape[2];
        if (batch_ > most_sequences) t_.refuse("has a batch of " + std::to_string(batch_), "export it with a batch of 1");
        x_ = layout_ == 1 || batch_ == 1 ? w_.reshaped(plain.tensor, {batch_, steps_, inputs_})
                                         : w_.emit("transpose", {plain.tensor}, {{"permutation", {1, 0, 2}}});
        if (units_ == 0 && t_.has_input(2) && t_.input(2).shape.size() == 3) units_ = t_.input(2).shape[2];
    }

    void check_inputs() {
        const auto gates = static_cast<int>(kind_.gates.size());
        const auto expect = [&](std::size_t i, const std::vector<int>& shape) {
            if (t_.input(i).shape != shape)
                t_.reject("has " + graph::text_of(t_.input(i).shape) + " as input " + std::to_string(i) + ", which must be " +
                          graph::text_of(shape));
        };
        if (units_ < 1) t_.reject("has no units");
        expect(1, {directions_, gates * units_, inputs_});
        expect(2, {directions_, gates * units_, units_});
        if (t_.has_input(3)) expect(3, {directions_, 2 * gates * units_});
        if (t_.has_input(4))
            for (const int length : t_.numbers(4))
                if (length != steps_)
                    t_.refuse("has sequences of different lengths", "give all steps: one sequence of a fixed length fits a small machine");
        for (std::size_t s = 0; s < kind_.states; ++s) {
            if (!t_.has_input(5 + s)) continue;
            expect(5 + s, layout_ == 0 ? std::vector<int>{directions_, batch_, units_} : std::vector<int>{batch_, directions_, units_});
            const bool is_fed = !t_.is_constant(t_.input(5 + s));
            if (is_fed && (batch_ != 1 || directions_ != 1))
                t_.refuse(std::string("starts from a ") + (s == 0 ? "hidden" : "cell") + " state that is computed or fed",
                          "export it with a batch of 1 and one direction, or without its initial state as an input");
            is_fed_ = is_fed_ || is_fed;
        }
        if (kind_.states == 2 && t_.has_input(7)) {
            const std::vector<float> peepholes = t_.reals(7);
            if (std::any_of(peepholes.begin(), peepholes.end(), [](float v) { return v != 0; }))
                t_.refuse("has peepholes: its gates see the cell state", "use an LSTM without them");
        }
        if (kind_.states != 2 || !t_.is_needed(2)) return;
        if (batch_ != 1 || directions_ != 1)
            t_.refuse("gives its last cell state", "export it with a batch of 1 and one direction, or without that output");
        is_fed_ = true;
    }

    /// A state that is set before the layer and can be read behind it: the layer keeps it in a variable meanwhile.
    int fed_state(std::size_t state) {
        Tensor variable{w_.fresh_name(state == 0 ? "/hidden" : "/cell"), Type::f32, {1, units_}, {}, {}, true};
        const int place = w_.add(std::move(variable));
        const int value = t_.has_input(5 + state) ? w_.reshaped(w_.plain_tensor(t_.real_operand(5 + state)), {1, units_})
                                                  : w_.constant({1, units_}, std::vector<float>(static_cast<std::size_t>(units_), 0.0f));
        w_.graph().add_node({"assign", w_.at(place).name, {value}, {place}, base::Json::object()});
        states_.push_back(place);
        return place;
    }

    /// Rows of one gate of a constant [directions, sets * units, width].
    int gate(std::size_t input, int direction, int set, int sets, int width, const std::vector<int>& shape) {
        if (!t_.has_input(input)) return w_.constant(shape, std::vector<float>(static_cast<std::size_t>(units_ * width), 0.0f));
        const std::vector<float> all = t_.reals(input);
        const std::size_t size = static_cast<std::size_t>(units_) * static_cast<std::size_t>(width);
        const std::size_t first = static_cast<std::size_t>(direction * sets + set) * size;
        return w_.constant(shape, std::span(all).subspan(first, size));
    }

    int biases(int direction, int gate_of_input, int gate_of_state, int sets) {
        const std::vector<float> all = t_.has_input(3) ? t_.reals(3) : std::vector<float>();
        std::vector<float> sum(static_cast<std::size_t>(units_), 0.0f);
        for (const int set : {gate_of_input, gate_of_state})
            for (std::size_t u = 0; u < sum.size() && set >= 0 && !all.empty(); ++u)
                sum[u] += all[static_cast<std::size_t>(direction * sets + set) * sum.size() + u];
        return w_.constant({units_}, sum);
    }

    int start(std::size_t state, int direction, int sequence) {
        if (is_fed_) return fed_state(state);
        std::vector<float> values(static_cast<std::size_t>(units_), 0.0f);
        if (t_.has_input(5 + state)) {
            const std::vector<float> all = t_.reals(5 + state);
            const int row = layout_ == 0 ? direction * batch_ + sequence : sequence * directions_ + direction;
            std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(row) * units_, units_, values.begin());
        }
        return w_.constant({1, units_}, values);
    }

    /// All steps of one direction over x [1, steps, inputs], in the order of x.
    int direction(int x, int d, int sequence) {
        const bool backwards = is_reverse_ || d == 1;
        const auto turned = [&](int tensor, int width) {
            return w_.emit("slice", {tensor}, slice({0, steps_ - 1, 0}, {1, steps_, width}, steps_ == 1 ? 1 : -1));
        };
        const auto gates = static_cast<int>(kind_.gates.size());
        std::vector<int> list = {backwards ? turned(x, inputs_) : x};
        for (const int g : kind_.gates) list.push_back(gate(1, d, g, gates, inputs_, {units_, inputs_}));
        for (const int g : kind_.gates) list.push_back(gate(2, d, g, gates, units_, {units_, units_}));
        base::Json attributes = base::Json::object();
        if (kind_.states == 2) {
            for (const int g : kind_.gates) list.push_back(biases(d, g, gates + g, 2 * gates));
        } else {
            for (const int g : kind_.gates) list.push_back(biases(d, g, -1, 2 * gates));
            for (const int g : kind_.gates) list.push_back(biases(d, -1, gates + g, 2 * gates));
            attributes["reset_after"] = reset_after_;
        }
        for (std::size_t s = 0; s < kind_.states; ++s) list.push_back(start(s, d, sequence));
        const int y = w_.emit(kind_.op, list, attributes);
        return backwards ? turned(y, units_) : y;
    }

    /// `all`: [batch, steps, directions, units].
    void give_outputs(int all) {
        Value y = Value::plain(all, {batch_, steps_, directions_, units_});
        if (layout_ == 0) y.order = {2, 0, 1, 3}, y.shape = y.inner = {steps_, directions_, batch_, units_};
        if (t_.has_output(0)) t_.set_output(0, y);
        if (kind_.states == 2 && t_.is_needed(2)) {
            const std::vector<int> one = {1, 1, units_};
            t_.set_output(2, Value::plain(w_.reshaped(w_.emit("copy", {states_[1]}), one), one));
        }
        if (!t_.is_needed(1)) return;
        std::vector<int> last;
        for (int d = 0; d < directions_; ++d) {
            const int step = is_reverse_ || d == 1 ? 0 : steps_ - 1;
            last.push_back(
                w_.emit("slice", {all}, {{"begin", {0, step, d, 0}}, {"size", {batch_, 1, 1, units_}}, {"strides", {1, 1, 1, 1}}}));
        }
        const int joined = w_.reshaped(directions_ == 1 ? last[0] : w_.emit("concat", last, {{"axis", 2}}), {batch_, directions_, units_});
        Value h = Value::plain(joined, {batch_, directions_, units_});
        if (layout_ == 0) h.order = {1, 0, 2}, h.shape = h.inner = {directions_, batch_, units_};
        t_.set_output(1, h);
    }

    Translator& t_;
    Writer& w_;
    Kind kind_;
    bool is_reverse_ = false, reset_after_ = false, is_fed_ = false;
    std::vector<int> states_;  ///< variables, where they are fed
    std::int64_t layout_ = 0;
    int directions_ = 1, units_ = 0, steps_ = 0, batch_ = 1, inputs_ = 0, x_ = -1;
};

}  // namespace

void lstm(Translator& t) { Recurrent(t, {"lstm", {0, 2, 3, 1}, {"Sigmoid", "Tanh", "Tanh"}, 2}).run(); }

void gru(Translator& t) { Recurrent(t, {"gru", {0, 1, 2}, {"Sigmoid", "Tanh"}, 1}).run(); }

}  // namespace mote::graph::onnx
