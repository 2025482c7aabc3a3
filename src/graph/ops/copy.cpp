#include "graph/copy.hpp"

namespace mote::graph::ops {

const Operator& copy() {
    static const Operator op{"copy",
                             "the same values in memory of their own: what a variable held before it is assigned",
                             base::json_schema<NoAttributes>,
                             verify_copy,
                             infer_same_shape,
                             prepare_copy,
                             no_macs,
                             lower_copy,
                             shared_scale};
    return op;
}

}  // namespace mote::graph::ops
