#include "graph/variants/add/catalogue.hpp"
#include "graph/variants/average_pool_2d/catalogue.hpp"
#include "graph/variants/batch_matmul/catalogue.hpp"
#include "graph/variants/conv_2d/catalogue.hpp"
#include "graph/variants/dense/catalogue.hpp"
#include "graph/variants/depthwise_conv_2d/catalogue.hpp"
#include "graph/variants/max_pool_2d/catalogue.hpp"
#include "graph/variants/mul/catalogue.hpp"
#include "graph/variants/transposed_conv_2d/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mote::graph {
namespace {

constexpr Isa every_isa[] = {Isa::portable, Isa::armv6m, Isa::armv7m, Isa::arm_dsp, Isa::helium, Isa::neon, Isa::avx2};

TEST(Isa, FollowsFromTheCore) {
    EXPECT_EQ(isa_of_core("cortex-m0plus"), Isa::armv6m);
    EXPECT_EQ(isa_of_core("cortex-m3"), Isa::armv7m);
    EXPECT_EQ(isa_of_core("cortex-m4"), Isa::arm_dsp);
    EXPECT_EQ(isa_of_core("cortex-m55"), Isa::helium);
    EXPECT_EQ(isa_of_core("cortex-a72"), Isa::neon);
    EXPECT_EQ(isa_of_core("x86-64-v3"), Isa::avx2);
    EXPECT_EQ(isa_of_core("cortex-m"), Isa::portable);
    EXPECT_EQ(isa_of_core(""), Isa::portable);
}

struct Wide {
    int width;
};
const Variant<Wide> plain{{Isa::armv7m, Isa::arm_dsp},
                          1,
                          [](const Wide&) { return true; },
                          [](const Wide&, KernelPlan& plan) { plan.calls[0].use("wide", "plain"); }};
const Variant<Wide> picky{{Isa::arm_dsp},
                          2,
                          [](const Wide& layer) { return layer.width % 4 == 0; },
                          [](const Wide&, KernelPlan& plan) { plan.calls[0].use("wide", "picky"); }};
const Variant<Wide>* const both[] = {&plain, &picky};

std::string chosen(Isa isa, int width) {
    KernelCall call;
    call.use("wide", "reference");
    const KernelPlan plan = with_variants<Wide>({false, {call}, {}, {}}, both, isa, Wide{width});
    std::string all = plan.calls[0].function.substr(14);
    for (const KernelPlan& slower : plan.slower) all += " " + slower.calls[0].function.substr(14);
    return all;
}

TEST(Variants, ThoseThatSuitComeFastestFirst) {
    EXPECT_EQ(chosen(Isa::arm_dsp, 8), "wide_picky wide_plain wide_reference");
    EXPECT_EQ(chosen(Isa::arm_dsp, 7), "wide_plain wide_reference");
    EXPECT_EQ(chosen(Isa::armv7m, 8), "wide_plain wide_reference");
    EXPECT_EQ(chosen(Isa::helium, 8), "wide_picky wide_plain wide_reference");  // made for lesser cores, but better than nothing
    EXPECT_EQ(chosen(Isa::portable, 8), "wide_reference");
    EXPECT_EQ(chosen(Isa::neon, 8), "wide_reference");  // not a greater core of the same kind
    EXPECT_EQ(chosen(Isa::avx2, 8), "wide_reference");
}

// Equal ranks would leave the choice to the names of files.
template <class Layer>
void expect_order(std::span<const Variant<Layer>* const> variants) {
    for (const Isa isa : every_isa) {
        std::set<int> ranks;
        for (const Variant<Layer>* variant : variants)
            if (variant->isas.has(isa)) {
                EXPECT_TRUE(ranks.insert(variant->rank).second) << "rank " << variant->rank << " is given twice";
            }
    }
}

TEST(Variants, HaveAnOrderOnEveryCore) {
    expect_order(variants::add::all());
    expect_order(variants::average_pool_2d::all());
    expect_order(variants::conv_2d::all());
    expect_order(variants::dense::all());
    expect_order(variants::depthwise_conv_2d::all());
    expect_order(variants::max_pool_2d::all());
    expect_order(variants::batch_matmul::all());
    expect_order(variants::mul::all());
    expect_order(variants::transposed_conv_2d::all());
    for (const auto* variant : variants::conv_2d::all()) EXPECT_FALSE(variant->isas.has(Isa::portable));
}

}  // namespace
}  // namespace mote::graph
