// Files that name the same bytes from many places: what they ask for is bounded by their size.
#include "graph/flat_file.hpp"
#include "graph/import/tflite.hpp"
#include "graph/tflite/budget.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace mote::graph {
namespace {

using testing::FlatFile;
using testing::FlatTable;

constexpr int add_code = 0, split_code = 49, dense_code = 9, call_once = 129, var_handle = 142;

std::string text_of_error(const base::Bytes& file) {
    try {
        (void)import_tflite(file, "hostile.tflite");
    } catch (const base::Error& error) {
        return error.message();
    }
    return "accepted";
}

FlatTable tensor(std::string name, std::vector<std::int32_t> shape, int type, int buffer) {
    FlatTable t;
    t.numbers = {{1, type}, {2, buffer}};
    t.lists = {{0, std::move(shape)}};
    t.bytes = {{3, std::move(name)}};
    return t;
}

FlatTable op(int code, std::vector<std::int32_t> inputs, std::vector<std::int32_t> outputs) {
    FlatTable t;
    t.numbers = {{0, code}};
    t.lists = {{1, std::move(inputs)}, {2, std::move(outputs)}};
    return t;
}

struct File {
    std::vector<FlatTable> buffers = std::vector<FlatTable>(2);
    std::vector<FlatTable> codes;  ///< an operator's code number is its place here
    std::vector<const FlatTable*> tensors, operators, more_subgraphs;

    File() {
        for (const int code : {add_code, split_code, dense_code, call_once, var_handle}) {
            codes.emplace_back();
            codes.back().numbers = {{3, code}};
        }
    }
    static int number_of(int code) {
        return code == add_code ? 0 : code == split_code ? 1 : code == dense_code ? 2 : code == call_once ? 3 : 4;
    }

    base::Bytes bytes() const {
        FlatTable graph, model;
        graph.tables = {{0, tensors}, {3, operators}};
        graph.lists = {{1, {0}}, {2, {1}}};
        std::vector<const FlatTable*> subgraphs = {&graph};
        subgraphs.insert(subgraphs.end(), more_subgraphs.begin(), more_subgraphs.end());
        const auto all = [](const std::vector<FlatTable>& list) {
            std::vector<const FlatTable*> pointers;
            for (const FlatTable& t : list) pointers.push_back(&t);
            return pointers;
        };
        model.tables = {{1, all(codes)}, {2, subgraphs}, {4, all(buffers)}};
        return FlatFile(model, "TFL3").bytes();
    }
};

const std::string too_often = "names the same bytes so often that reading it takes more than ";

TEST(HostileTflite, HandMadeFilesAreRead) {
    File file;
    const FlatTable x = tensor("x", {1, 3}, 0, 0), y = tensor("y", {1, 3}, 0, 0), add = op(File::number_of(add_code), {0, 0}, {1});
    file.tensors = {&x, &y};
    file.operators = {&add};
    const Graph graph = import_tflite(file.bytes(), "hand.tflite");
    ASSERT_EQ(graph.nodes.size(), 1u);
    EXPECT_EQ(graph.nodes[0].op, "add");
    EXPECT_EQ(graph.output().name, "y");
}

TEST(HostileTflite, ABufferThatManyTensorsNameIsBounded) {
    File file;
    file.buffers[1].bytes = {{0, std::string(std::size_t{1} << 20, '\0')}};
    const FlatTable constant = tensor("c", {1 << 18}, 0, 1);
    file.tensors.assign(1000, &constant);
    const base::Bytes bytes = file.bytes();
    EXPECT_EQ(text_of_error(bytes), "hostile.tflite: " + too_often + std::to_string(tflite::most_bytes_read(bytes.size())) +
                                        " bytes (the file has " + std::to_string(bytes.size()) + ")");
}

TEST(HostileTflite, ALongNameIsBounded) {
    File file;
    const FlatTable named = tensor(std::string(std::size_t{1} << 20, 'n'), {1}, 0, 0);
    file.tensors.assign(1000, &named);
    EXPECT_NE(text_of_error(file.bytes()).find(too_often), std::string::npos);
}

TEST(HostileTflite, OneOperatorManyTimesIsBounded) {
    File file;
    const FlatTable x = tensor("x", {1, 3}, 0, 0), y = tensor(std::string(std::size_t{1} << 16, 'n'), {1, 3}, 0, 0);
    const FlatTable add = op(File::number_of(add_code), {0, 0}, {1});
    file.tensors = {&x, &y};
    file.operators.assign(60000, &add);
    EXPECT_NE(text_of_error(file.bytes()).find(too_often), std::string::npos);
    // The list of outputs is long instead: one split of many parts.
    const FlatTable axis = tensor("axis", {1}, 2, 1), part = tensor("y", {1, 3}, 0, 0);
    file.buffers[1].bytes = {{0, std::string(4, '\0')}};
    const FlatTable split = op(File::number_of(split_code), {2, 0}, std::vector<std::int32_t>(200000, 1));
    const FlatTable wide = tensor("x", {200000, 3}, 0, 0);
    file.tensors = {&wide, &part, &axis};
    file.operators = {&split};
    EXPECT_EQ(text_of_error(file.bytes()), "hostile.tflite: has too many operators");
}

TEST(HostileTflite, WeightsOfADenseLayerOfManyRowsAreCopiedOnce) {
    File file;
    file.buffers[1].bytes = {{0, std::string(4 * 64 * 64, '\0')}};
    const FlatTable x = tensor("x", {8, 64}, 0, 0), w = tensor("w", {64, 64}, 0, 1);
    const FlatTable first = op(File::number_of(dense_code), {0, 2, -1}, {3}), second = op(File::number_of(dense_code), {3, 2, -1}, {1});
    file.tensors = {&x, &x, &w, &x};
    file.operators = {&first, &second};
    const Graph graph = import_tflite(file.bytes(), "rows.tflite");
    std::size_t constants = 0;
    for (const Tensor& t : graph.tensors) constants += t.is_constant();
    EXPECT_EQ(constants, 1u);
}

TEST(HostileTflite, ASubgraphRunsOnceHoweverOftenItIsNamed) {
    File file;
    file.buffers[1].bytes = {{0, std::string(1024, '\0')}};
    const FlatTable x = tensor("x", {1, 3}, 0, 0), y = tensor("y", {1, 3}, 0, 0), state = tensor("s", {256}, 0, 1);
    FlatTable options, once = op(File::number_of(call_once), {}, {}), inner, name;
    options.numbers = {{0, 1}};
    once.table = {{4, &options}};
    name.bytes = {{1, std::string(1024, 'v')}};
    FlatTable handle = op(File::number_of(var_handle), {}, {0});
    handle.table = {{4, &name}};
    inner.tables = {{0, {&state}}, {3, {&handle}}};
    const FlatTable add = op(File::number_of(add_code), {0, 0}, {1});
    file.tensors = {&x, &y};
    file.more_subgraphs = {&inner};
    file.operators.assign(60000, &once);
    file.operators.push_back(&add);
    EXPECT_EQ(text_of_error(file.bytes()), "accepted");
    // A name that handles repeat within the subgraph counts each time.
    inner.tables[3].assign(60000, &handle);
    EXPECT_NE(text_of_error(file.bytes()).find(too_often), std::string::npos);
}

}  // namespace
}  // namespace mote::graph
