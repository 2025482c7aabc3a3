// TensorFlow Lite models with state: VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE, and CALL_ONCE that gives the first value.
#include "graph/flat_file.hpp"
#include "graph/import/tflite.hpp"
#include "graph/operator.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <bit>

namespace mote::graph {
namespace {

using testing::FlatFile;
using testing::FlatTable;

constexpr int f32_type = 0, i8_type = 9, resource = 13;
enum Code { concatenation, call_once, var_handle, read_variable, assign_variable };

/// y = [what x was before, x]: a stream that remembers one frame of three values.
class Stream {
  public:
    Stream() {
        for (const int code : {2, 129, 142, 143, 144}) {
            codes_.emplace_back();
            codes_.back().numbers = {{3, code}};
        }
        scale_.lists = {{2, {std::bit_cast<std::int32_t>(0.5f)}}};
        scale_.wide_lists = {{3, {-4}}};
        buffers_[1].bytes = {{0, std::string("\x0a\x0b\x0c", 3)}};
        name_.bytes = {{1, "last frame"}};
        axis_.numbers = {{0, 1}};
        once_options_.numbers = {{0, 1}};
        x_ = tensor("x", {1, 3}, i8_type, 0), y_ = tensor("y", {1, 6}, i8_type, 0), held_ = tensor("held", {1, 3}, i8_type, 0);
        handle_ = tensor("handle", {1}, resource, 0), first_ = tensor("first", {1, 3}, i8_type, 1);
        // Tensors of the main subgraph: x, y, held, handle; of the other: handle, first.
        once_ = op(call_once, {}, {}, &once_options_);
        main_handle_ = op(var_handle, {}, {3}, &name_), read_ = op(read_variable, {3}, {2}, nullptr);
        join_ = op(concatenation, {2, 0}, {1}, &axis_), assign_ = op(assign_variable, {3, 0}, {}, nullptr);
        first_handle_ = op(var_handle, {}, {0}, &name_), first_assign_ = op(assign_variable, {0, 1}, {}, nullptr);
        main_.tables = {{0, {&x_, &y_, &held_, &handle_}}, {3, {&once_, &main_handle_, &read_, &join_, &assign_}}};
        main_.lists = {{1, {0}}, {2, {1}}};
        initial_.tables = {{0, {&handle_, &first_}}, {3, {&first_handle_, &first_assign_}}};
    }
    base::Bytes bytes() const {
        FlatTable model;
        model.tables = {{1, all(codes_)}, {2, {&main_, &initial_}}, {4, all(buffers_)}};
        return FlatFile(model, "TFL3").bytes();
    }
    void start_at(std::string values) { buffers_[1].bytes = {{0, std::move(values)}}; }
    void start_as(int type) { first_.numbers[1] = type; }
    void start_computed() { first_.numbers[2] = 0; }
    /// The frame is assigned before the old one is read.
    void assign_first() { main_.tables[3] = {&once_, &main_handle_, &assign_, &read_, &join_}; }

  private:
    FlatTable tensor(std::string name, std::vector<std::int32_t> shape, int type, int buffer) const {
        FlatTable t;
        t.numbers = {{1, type}, {2, buffer}};
        t.lists = {{0, std::move(shape)}};
        t.bytes = {{3, std::move(name)}};
        if (type == i8_type) t.table = {{4, &scale_}};
        return t;
    }
    static FlatTable op(Code code, std::vector<std::int32_t> inputs, std::vector<std::int32_t> outputs, const FlatTable* options) {
        FlatTable t;
        t.numbers = {{0, code}};
        t.lists = {{1, std::move(inputs)}, {2, std::move(outputs)}};
        if (options) t.table = {{4, options}};
        return t;
    }
    static std::vector<const FlatTable*> all(const std::vector<FlatTable>& list) {
        std::vector<const FlatTable*> pointers;
        for (const FlatTable& t : list) pointers.push_back(&t);
        return pointers;
    }

    std::vector<FlatTable> codes_, buffers_ = std::vector<FlatTable>(2);
    FlatTable scale_, name_, axis_, once_options_;
    FlatTable x_, y_, held_, handle_, first_;
    FlatTable once_, main_handle_, read_, join_, assign_, first_handle_, first_assign_;
    FlatTable main_, initial_;
};

using Values = std::vector<int>;

Values run(Evaluator& evaluator, const std::vector<std::int8_t>& x) {
    const auto out = evaluator.run(std::as_bytes(std::span(x)));
    Values values;
    for (const std::byte b : out) values.push_back(static_cast<std::int8_t>(b));
    return values;
}

std::string message_of(const Stream& stream) {
    try {
        (void)import_tflite(stream.bytes(), "stream.tflite");
    } catch (const base::Error& error) {
        return error.message();
    }
    return "accepted";
}

TEST(TfliteState, AnAnswerHoldsWhatCameBefore) {
    const Graph graph = import_tflite(Stream().bytes(), "stream.tflite");
    Evaluator evaluator(graph);
    EXPECT_EQ(run(evaluator, {1, 2, 3}), (Values{10, 11, 12, 1, 2, 3}));
    EXPECT_EQ(run(evaluator, {4, 5, 6}), (Values{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(run(evaluator, {7, 8, 9}), (Values{4, 5, 6, 7, 8, 9}));
    evaluator.reset();
    EXPECT_EQ(run(evaluator, {1, 1, 1}), (Values{10, 11, 12, 1, 1, 1}));
}

TEST(TfliteState, WhatIsAssignedFirstIsRead) {
    Stream stream;
    stream.assign_first();
    const Graph graph = import_tflite(stream.bytes(), "stream.tflite");
    Evaluator evaluator(graph);
    EXPECT_EQ(run(evaluator, {1, 2, 3}), (Values{1, 2, 3, 1, 2, 3}));
}

TEST(TfliteState, RealZeroIsNotStored) {
    Stream stream;
    stream.start_at(std::string(3, '\xfc'));
    const Graph graph = import_tflite(stream.bytes(), "stream.tflite");
    for (const Tensor& t : graph.tensors) EXPECT_TRUE(t.initial.empty()) << t.name;
    Evaluator evaluator(graph);
    EXPECT_EQ(run(evaluator, {1, 2, 3}), (Values{-4, -4, -4, 1, 2, 3}));
}

TEST(TfliteState, AModelFileOfMotesKeepsTheFirstValue) {
    const Graph graph = deserialise(serialise(import_tflite(Stream().bytes(), "stream.tflite")), "stream.mote");
    Evaluator evaluator(graph);
    EXPECT_EQ(run(evaluator, {1, 2, 3}), (Values{10, 11, 12, 1, 2, 3}));
}

TEST(TfliteState, FirstValuesThatDoNotFitAreNamed) {
    Stream longer, other, computed;
    longer.start_at("abcd");
    EXPECT_NE(message_of(longer).find("uses variable \"last frame\" as i8 [1, 3], which starts as i8 [1, 3]"), std::string::npos)
        << message_of(longer);
    other.start_as(f32_type);
    EXPECT_NE(message_of(other).find("uses variable \"last frame\" as i8 [1, 3], which starts as f32 [1, 3]"), std::string::npos)
        << message_of(other);
    computed.start_computed();
    EXPECT_NE(message_of(computed).find("uses variable \"last frame\", whose first value is computed"), std::string::npos)
        << message_of(computed);
}

TEST(TfliteState, TheVerifierChecksFirstValues) {
    Graph graph = import_tflite(Stream().bytes(), "stream.tflite");
    const auto message = [&] {
        try {
            verify(graph);
        } catch (const base::Error& error) {
            return error.message();
        }
        return std::string("accepted");
    };
    for (Tensor& t : graph.tensors)
        if (t.is_variable) t.initial.resize(2);
    EXPECT_NE(message().find("starts with 2 bytes, shape [1, 3] takes 3"), std::string::npos) << message();
    for (Tensor& t : graph.tensors) t.initial.clear();
    graph.tensors.front().initial.resize(3);
    EXPECT_NE(message().find("has a value to start with and is no variable"), std::string::npos) << message();
}

}  // namespace
}  // namespace mote::graph
