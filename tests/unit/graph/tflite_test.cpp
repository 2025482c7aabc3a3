#include "graph/import/tflite.hpp"
#include "graph/import_format.hpp"
#include "graph/models.hpp"

#include "base/error.hpp"

#include "graph/tflite/names.hpp"
#include "graph/tflite/operators.hpp"

#include <gtest/gtest.h>

namespace mote::graph {
namespace {

base::Bytes seed(const std::string& name) {
    return base::read_file(std::filesystem::path(MOTE_SOURCE_FOLDER) / "fuzz" / "corpus" / "tflite" / name);
}

TEST(ImportFormats, AreFoundByWhatTheFileHolds) {
    const Imported imported = import_model(seed("int8"), "model.bin");
    EXPECT_EQ(imported.operator_outputs.back(), imported.graph.outputs.front());
    EXPECT_LE(imported.operator_outputs.size(), imported.graph.nodes.size());
    try {
        (void)import_model(base::as_bytes("no model at all"), "notes.txt");
        FAIL() << "was accepted";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.message(), "notes.txt: is no model file that mote knows");
        EXPECT_NE(error.hint().find(".tflite"), std::string::npos);
    }
}

TEST(Tflite, ReadsSmallModels) {
    const Graph int8 = import_tflite(seed("int8"), "int8.tflite"), real = import_tflite(seed("float"), "float.tflite");
    for (const Graph* graph : {&int8, &real}) {
        std::vector<std::string> ops;
        for (const Node& node : graph->nodes) ops.push_back(node.op);
        EXPECT_EQ(ops, (std::vector<std::string>{"conv_2d", "depthwise_conv_2d", "average_pool_2d", "pad", "reshape", "dense", "softmax"}));
        EXPECT_EQ(graph->output().shape, (std::vector<int>{1, 4}));
    }
    EXPECT_EQ(int8.nodes[0].attributes["activation"], "relu");
    EXPECT_EQ(int8.nodes[1].attributes["activation"], "relu6");
    EXPECT_EQ(int8.input().type, Type::i8);
    float sum = 0;
    const std::vector<float> features(int8.input().count(), 0.5f);
    for (const float p : Evaluator(int8).run_features(features)) sum += p;
    EXPECT_NEAR(sum, 1.0f, 0.02f);
}

TEST(Tflite, DamagedFilesAreRejected) {
    const base::Bytes whole = seed("int8");
    for (std::size_t n = 0; n < whole.size(); n += 3)
        EXPECT_THROW(import_tflite(std::span(whole).first(n), "cut"), base::Error) << n << " of " << whole.size() << " bytes were accepted";
    for (std::size_t bit = 0; bit < whole.size() * 8; bit += 3) {
        base::Bytes flipped = whole;
        flipped[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
        try {
            verify(import_tflite(flipped, "flipped"));
        } catch (const base::Error&) {
        }
    }
}

TEST(Tflite, OperatorsThatAreNotReadHaveAdviceWhereSomethingStandsInForThem) {
    int advised = 0;
    for (int code = 0; code < 256; ++code) {
        if (tflite::advice_for(code).empty()) continue;
        ++advised;
        EXPECT_FALSE(tflite::OperatorReader::reads(code)) << tflite::operator_name(code) << " is read";
    }
    EXPECT_EQ(advised, 43) << "a misspelt name belongs to no code";
    EXPECT_EQ(tflite::advice_for(119),
              "convert the recurrent layer with unroll=True, or keep its fused form: UNIDIRECTIONAL_SEQUENCE_LSTM");
    EXPECT_EQ(tflite::advice_for(3), "");
}

}  // namespace
}  // namespace mote::graph
