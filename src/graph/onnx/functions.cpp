// Functions of one value each, which the graph has as operators of their own. Constants, also whole numbers of shapes, are computed at
// once.
#include "graph/onnx/families.hpp"

#include "graph/lookup.hpp"

namespace mote::graph::onnx {

namespace {

void apply(Translator& t, const char* op, const base::Json& attributes = base::Json::object()) {
    const Value& x = t.input(0);
    if (x.element == Element::whole && t.is_constant(x))
        t.set_output(0, x.with(t.writer().emit(op, {x.tensor}, attributes)));
    else
        t.set_output(0, t.unary(op, t.operand(0), attributes));
}

}  // namespace

void absolute(Translator& t) { apply(t, "abs"); }
void ceil(Translator& t) { apply(t, "ceil"); }
void cosine(Translator& t) { apply(t, "cos"); }
void error_function(Translator& t) { apply(t, "erf"); }
void exponential(Translator& t) { apply(t, "exp"); }
void floor(Translator& t) { apply(t, "floor"); }
void logarithm(Translator& t) { apply(t, "log"); }
void negate(Translator& t) { apply(t, "neg"); }
void round(Translator& t) { apply(t, "round"); }
void sine(Translator& t) { apply(t, "sin"); }
void softplus(Translator& t) { apply(t, "softplus"); }
void square_root(Translator& t) { apply(t, "sqrt"); }

void reciprocal(Translator& t) {
    const FileNode* before = t.file_node_before(0);
    if (before && before->op_type == "Sqrt" && before->domain.empty() && !t.is_constant(t.input(0)))
        return t.set_output(0, t.unary("rsqrt", t.operand_of(*before, 0)));
    apply(t, "power", {{"exponent", -1}});
}

void mish(Translator& t) {
    const Value x = t.real_operand(0);
    t.set_output(0, t.binary("mul", x, t.unary("tanh", t.unary("softplus", x))));
}

void power(Translator& t) {
    const auto whole = t.input(1).element == Element::whole ? t.numbers(1) : std::vector<int>();
    const auto exponents = whole.empty() ? t.reals(1) : std::vector<float>(whole.begin(), whole.end());
    if (exponents.empty() || std::any_of(exponents.begin(), exponents.end(), [&](float e) { return e != exponents[0]; }))
        t.refuse("has several exponents", "use one for all values");
    const float e = exponents[0];
    if (e == 1) return t.set_output(0, t.operand(0));
    if (e == 2) return apply(t, "square");
    if (e == 0.5f) return apply(t, "sqrt");
    if (!(e >= -64 && e <= 64)) t.refuse("has exponent " + base::exact(e), "use one from -64 to 64");
    apply(t, "power", {{"exponent", e}});
}

}  // namespace mote::graph::onnx
