#include "codegen/row_stream.hpp"

#include "graph/node_view.hpp"
#include "graph/operator.hpp"
#include "graph/window.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace mote::codegen {

namespace {

using graph::Graph;
using graph::Node;
using graph::NodeView;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

/// How a node's rows follow from those of its inputs.
struct Rows {
    int stride = 1, span = 1, pad_top = 0;
    int in_rows = 0, out_rows = 0;
    /// The first row that is read for output row `out`, and the end of those that are read for rows before `out`.
    int first_for(int out) const { return std::clamp(out * stride - pad_top, 0, in_rows); }
    int end_for(int out) const { return out == 0 ? 0 : std::clamp((out - 1) * stride - pad_top + span, 0, in_rows); }
};

bool has_window(const Node& node) {
    return node.op == "conv_2d" || node.op == "depthwise_conv_2d" || node.op == "average_pool_2d" || node.op == "max_pool_2d";
}

Rows rows_of(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    Rows rows;
    rows.in_rows = view.input(0).shape[1], rows.out_rows = view.output().shape[1];
    if (!has_window(node)) return rows;
    const bool is_pool = node.inputs.size() == 1;
    const int kernel = is_pool ? node.attributes.value("kernel_h", 1) : view.input(1).shape[1];
    rows.stride = node.attributes.value("stride_h", 1);
    const int dilation = is_pool ? 1 : node.attributes.value("dilation_h", 1);
    rows.span = (kernel - 1) * dilation + 1;
    rows.pad_top = graph::window_axis(view, "height", rows.in_rows, kernel, rows.stride, dilation,
                                      node.attributes.value("padding", std::string("valid")))
                       .pad_before;
    return rows;
}

class Streamer {
  public:
    Streamer(const Graph& graph, const StreamRange& range, graph::Isa isa, const std::vector<std::size_t>& plain)
        : graph_(graph), band_(graph), isa_(isa), plain_(plain) {
        stream_.range = range;
    }

    std::optional<RowStream> run() {
        if (!is_possible()) return std::nullopt;
        const int output = last().outputs.front();
        const int height = rows_.at(stream_.range.last).out_rows, step = stream_.range.rows;
        if (step >= height) return std::nullopt;
        std::size_t written = 0;
        for (int end = step;; end += step) {
            if (!band(std::min(end, height))) return std::nullopt;
            // What the next bands will read of the input must not have been written over.
            written = static_cast<std::size_t>(std::min(end, height)) * row_bytes(output);
            if (end >= height) break;
            const std::size_t kept = static_cast<std::size_t>(next_needed(stream_.input)) * row_bytes(stream_.input);
            stream_.distance_bytes = std::max(stream_.distance_bytes, written - std::min(kept, written));
        }
        for (const auto& [tensor, rows] : most_rows_) stream_.held.emplace_back(tensor, static_cast<std::size_t>(rows) * row_bytes(tensor));
        for (const graph::KernelPlan& plan : stream_.plans)
            for (const graph::KernelCall& call : plan.calls) stream_.scratch_bytes = std::max(stream_.scratch_bytes, call.scratch_bytes);
        return std::move(stream_);
    }

  private:
    const Node& node(std::size_t n) const { return graph_.nodes[n]; }
    const Node& last() const { return node(stream_.range.last); }
    std::size_t row_bytes(int tensor) const {
        const auto& shape = graph_.tensors[at(tensor)].shape;
        return at(shape[2]) * at(shape[3]);
    }
    std::vector<int> computed_inputs(const Node& n) const {
        std::vector<int> list;
        for (const int i : n.inputs)
            if (i >= 0 && !graph_.tensors[at(i)].is_constant()) list.push_back(i);
        return list;
    }

    bool is_possible() {
        std::set<int> inside;
        if (stream_.range.last <= stream_.range.first || stream_.range.last >= graph_.nodes.size()) return false;
        for (std::size_t n = stream_.range.first; n <= stream_.range.last; ++n) {
            const Node& current = node(n);
            const auto inputs = computed_inputs(current);
            for (const int t : {inputs.empty() ? -1 : inputs.front(), current.outputs.front()})
                if (t < 0 || graph_.tensors[at(t)].is_variable || graph_.tensors[at(t)].type != graph::Type::i8 ||
                    graph_.tensors[at(t)].shape.size() != 4)
                    return false;
            const bool adds =
                current.op == "add" && inputs.size() == 2 && graph_.tensors[at(inputs[0])].shape == graph_.tensors[at(inputs[1])].shape;
            if (current.attributes.value("groups", 1) != 1 || (!has_window(current) && !adds)) return false;
            for (const int t : inputs) {
                if (inside.count(t) > 0) continue;
                if (stream_.input >= 0 && stream_.input != t) return false;
                stream_.input = t;
            }
            inside.insert(current.outputs.front());
            rows_[n] = rows_of(graph_, current);
            stream_.macs += graph::find_operator(current.op)->macs(graph_, current);
        }
        // An addition reads each place of the input before it writes there; a window would read what its own rows have written over.
        const auto read_last = computed_inputs(last());
        if (last().op != "add" && std::count(read_last.begin(), read_last.end(), stream_.input) > 0) return false;
        return stream_.input >= 0 && !graph_.tensors[at(stream_.input)].is_variable && is_closed(inside);
    }
    /// Nothing else reads what lies between, and what the stream computes cannot lie in a variable's memory, which it may still have to
    /// read.
    bool is_closed(std::set<int> inside) const {
        const int output = last().outputs.front();
        const bool has_state = std::any_of(graph_.tensors.begin(), graph_.tensors.end(), [](const auto& t) { return t.is_variable; });
        for (const Node& reader : graph_.nodes) {
            const bool passes_on = reader.op == "assign" || reader.op == "reshape" || reader.op == "copy";
            if (has_state && passes_on && std::count(reader.inputs.begin(), reader.inputs.end(), output) > 0) return false;
        }
        inside.erase(output);
        for (const int o : graph_.outputs)
            if (inside.count(o) > 0) return false;
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
            for (const int t : node(n).inputs)
                if (!stream_.holds(n) && inside.count(t) > 0) return false;
        return true;
    }

    /// The first row of a tensor that bands from now on read, given which rows of every result are done.
    int next_needed(int tensor) const {
        int first = tensor == stream_.input ? graph_.tensors[at(tensor)].shape[1] : done_of(tensor);
        for (std::size_t n = stream_.range.first; n <= stream_.range.last; ++n) {
            const int done = done_of(node(n).outputs.front());
            if (done >= rows_.at(n).out_rows) continue;
            for (const int t : computed_inputs(node(n)))
                if (t == tensor) first = std::min(first, rows_.at(n).first_for(done));
        }
        return first;
    }
    int done_of(int tensor) const {
        const auto found = done_.find(tensor);
        return found == done_.end() ? 0 : found->second;
    }

    /// One band: the output's rows up to `end`.
    bool band(int end) {
        std::map<int, int> wanted = {{last().outputs.front(), end}};
        for (std::size_t n = stream_.range.last + 1; n-- > stream_.range.first;)
            for (const int t : computed_inputs(node(n)))
                wanted[t] = std::max(wanted[t], rows_.at(n).end_for(wanted[node(n).outputs.front()]));
        BandRun run;
        for (std::size_t n = stream_.range.first; n < stream_.range.last; ++n) keep_rows(node(n).outputs.front(), run);
        for (std::size_t n = stream_.range.first; n <= stream_.range.last; ++n) {
            const int out = node(n).outputs.front(), from = done_of(out), to = std::max(wanted[out], from);
            if (to > from && !compute(n, from, to, run)) return false;
            done_[out] = to;
            if (n < stream_.range.last) most_rows_[out] = std::max(most_rows_[out], to - base_[out]);
        }
        append(std::move(run));
        return true;
    }

    /// Rows that the last band left and this one reads move to the begin of the held ones.
    void keep_rows(int tensor, BandRun& run) {
        const int first = next_needed(tensor), gone = first - base_[tensor], kept = done_of(tensor) - first;
        if (gone <= 0) return;
        base_[tensor] = first;
        if (kept <= 0) return;
        BandItem item;
        item.output = {tensor, static_cast<std::size_t>(gone) * row_bytes(tensor), 0};
        item.kept_bytes = static_cast<std::size_t>(kept) * row_bytes(tensor);
        run.items.push_back(std::move(item));
    }

    BandPlace place(int tensor, int row) const {
        const auto base = base_.find(tensor);
        const int first = tensor == stream_.input || tensor == last().outputs.front() || base == base_.end() ? 0 : base->second;
        return {tensor, static_cast<std::size_t>(row - first) * row_bytes(tensor), 0};
    }

    /// Output rows from..to of node n.
    bool compute(std::size_t n, int from, int to, BandRun& run) {
        const Rows& rows = rows_.at(n);
        const int begin = rows.first_for(from), end = rows.end_for(to);
        const int above = std::max(0, rows.pad_top - from * rows.stride);
        const int below = (to - 1 - from) * rows.stride + rows.span - above - (end - begin);
        if (end <= begin || below < 0) return false;
        BandItem item;
        item.node = n, item.plan = plan_of(n, end - begin, to - from, above, below);
        for (const int t : computed_inputs(node(n))) item.inputs.push_back(place(t, begin));
        item.output = place(node(n).outputs.front(), from);
        run.items.push_back(std::move(item));
        return true;
    }

    /// The kernel's plan over so many rows.
    std::size_t plan_of(std::size_t n, int in_rows, int out_rows, int above, int below) {
        const auto [found, is_new] = plans_.try_emplace({n, in_rows, out_rows, above, below}, stream_.plans.size());
        if (!is_new) return found->second;
        Node banded = node(n);
        if (has_window(banded)) banded.attributes["band_pad_top"] = above, banded.attributes["band_pad_bottom"] = below;
        const auto set_rows = [&](int tensor, int count) { band_.tensors[at(tensor)].shape[1] = count; };
        for (const int t : computed_inputs(banded)) set_rows(t, in_rows);
        set_rows(banded.outputs.front(), out_rows);
        auto all = graph::every_kernel(graph::find_operator(banded.op)->lower(band_, banded, isa_));
        const bool is_plain = std::find(plain_.begin(), plain_.end(), n) != plain_.end();
        stream_.plans.push_back(std::move(is_plain ? all.back() : all.front()));
        stream_.node_of_plan.push_back(n);
        for (const int t : computed_inputs(banded)) set_rows(t, graph_.tensors[at(t)].shape[1]);
        set_rows(banded.outputs.front(), graph_.tensors[at(banded.outputs.front())].shape[1]);
        return found->second;
    }

    /// As one more round of the last run where it does the same a step further on.
    void append(BandRun run) {
        if (!stream_.runs.empty() && stream_.runs.back().items.size() == run.items.size()) {
            BandRun& before = stream_.runs.back();
            bool fits = true;
            BandRun joined = before;
            for (std::size_t i = 0; i < run.items.size() && fits; ++i) fits = join(joined.items[i], run.items[i], before.count);
            if (fits) {
                ++joined.count;
                before = std::move(joined);
                return;
            }
        }
        stream_.runs.push_back(std::move(run));
    }
    static bool join(BandItem& item, const BandItem& next, std::size_t count) {
        if (!item.is_like(next)) return false;
        for (std::size_t i = 0; i < item.inputs.size(); ++i)
            if (!join(item.inputs[i], next.inputs[i], count)) return false;
        return join(item.output, next.output, count);
    }
    static bool join(BandPlace& place, const BandPlace& next, std::size_t count) {
        if (next.offset < place.offset) return false;
        if (count == 1) place.step_bytes = next.offset - place.offset;
        return next.offset == place.offset + count * place.step_bytes;
    }

    const Graph& graph_;
    Graph band_;  ///< the same with some rows, while a node is lowered
    graph::Isa isa_;
    const std::vector<std::size_t>& plain_;
    RowStream stream_;
    std::map<std::size_t, Rows> rows_;
    std::map<int, int> done_, base_, most_rows_;  ///< by tensor: rows computed, the first that is held, and the most that are held
    std::map<std::tuple<std::size_t, int, int, int, int>, std::size_t> plans_;
};

}  // namespace

bool BandItem::is_like(const BandItem& other) const {
    return node == other.node && plan == other.plan && kept_bytes == other.kept_bytes && output.tensor == other.output.tensor &&
           inputs.size() == other.inputs.size() && (kept_bytes == 0 || output.offset == other.output.offset);
}

std::optional<RowStream> stream_rows(const Graph& graph, const StreamRange& range, graph::Isa isa, const std::vector<std::size_t>& plain) {
    return Streamer(graph, range, isa, plain).run();
}

}  // namespace mote::codegen
