// The emitted folder from a program in C.
#include "codegen/emit.hpp"

#include "pipelines.hpp"
#include "small_networks.hpp"
#include "toolchain.hpp"

#include "base/files.hpp"

#include <gtest/gtest.h>

namespace mote::codegen {
namespace {

constexpr const char* pipeline_program = R"(#include "mote_model/model.h"
#include <math.h>
#include <string.h>

static mote_model_sample frames[MOTE_MODEL_WINDOW_SAMPLES];
static _Alignas(16) unsigned char memory[MOTE_MODEL_LISTENER_BYTES], arena[MOTE_MODEL_ARENA_BYTES];

int main(void) {
    float one[MOTE_MODEL_CLASS_COUNT], two[MOTE_MODEL_CLASS_COUNT];
    mote_model_event event;
    mote_model_listener mine = mote_model_listen(memory, sizeof memory), shared = mote_model_listen_static();
    int heard, decisions = 0;
    if (mote_model_self_test() != MOTE_MODEL_OK) return 1;
    if (strcmp(mote_model_label(1), "b") != 0 || mote_model_label(MOTE_MODEL_CLASS_COUNT) != NULL) return 2;
    if (mote_model_classify(NULL, one) != MOTE_MODEL_NULL_POINTER) return 3;
    if (mote_model_classify(frames, one) != MOTE_MODEL_OK) return 4;
    if (mote_model_classify_in(arena, sizeof arena - 1, frames, two) != MOTE_MODEL_ARENA_TOO_SMALL) return 5;
    if (mote_model_classify_in(arena, sizeof arena, frames, two) != MOTE_MODEL_OK || memcmp(one, two, sizeof one) != 0) return 6;
    frames[7] = NAN;
    if (mote_model_classify(frames, one) != MOTE_MODEL_NOT_FINITE) return 7;
    frames[7] = 0;
    if (mote_model_listener_status(&mine) != MOTE_MODEL_OK || mote_model_check_rate(250.0f) != MOTE_MODEL_WRONG_RATE) return 8;
    for (size_t i = 0; i < MOTE_MODEL_WINDOW_SAMPLES; i += MOTE_MODEL_STRIDE_FRAMES) {
        if (mote_model_push(&mine, frames + i, MOTE_MODEL_STRIDE_FRAMES) != MOTE_MODEL_STRIDE_FRAMES) return 9;
        while ((heard = mote_model_poll(&mine, &event)) != MOTE_MODEL_WAITING) decisions += heard == MOTE_MODEL_DECISION;
    }
    mote_model_probabilities(&mine, two);
    if (decisions != 1 || mote_model_lost_frames(&mine) != 0) return 10;
    if (mote_model_poll(&shared, &event) != MOTE_MODEL_WAITING) return 11;
    return mote_model_listener_reset(&mine) == MOTE_MODEL_OK ? 0 : 12;
}
)";

constexpr const char* bare_program = R"(#include "mote_model/model.h"
static mote_model_input inputs[MOTE_MODEL_INPUT_COUNT];
static mote_model_output outputs[MOTE_MODEL_OUTPUT_COUNT];
int main(void) {
    if (mote_model_self_test() != MOTE_MODEL_OK) return 1;
    return mote_model_infer(inputs, outputs) == MOTE_MODEL_OK ? 0 : 2;
}
)";

/// Exit code of a program in C with the emitted folder.
int run_in_c(const Emission& emission, const char* program, const std::filesystem::path& out) {
    auto objects = testing::compile(emission, testing::host_compilers().front(), {"-O1"}, out);
    base::write_file(out / "main.c", program);
    std::vector<std::string> command = {"gcc", "-std=c11", "-pedantic"};
    for (const std::string& flag : testing::warning_flags()) command.push_back(flag);
    for (const std::string& part : {"-I" + (emission.folder / emission.include).string(), std::string("-c"), (out / "main.c").string(),
                                    std::string("-o"), (out / "main.o").string()})
        command.push_back(part);
    testing::run_tool(command);
    std::vector<std::string> link = {"g++", (out / "main.o").string(), "-o", (out / "program").string()};
    for (const auto& object : objects) link.push_back(object.string());
    testing::run_tool(link);
    return base::run_process({(out / "program").string()}).exit_code;
}

TEST(CFunctions, AProgramInCUsesEverything) {
    const base::TemporaryFolder temporary;
    Pipeline pipeline = testing::raw_pipeline(testing::dense_network(40, 4, 1));
    pipeline.input.rate_hz = 100, pipeline.listen.stride_ms = 100, pipeline.listen.threshold = 1;
    pipeline.labels = {"_a", "b", "c", "d"};
    EXPECT_EQ(run_in_c(emit(pipeline, temporary.path() / "model"), pipeline_program, temporary.path()), 0);
}

TEST(CFunctions, AModelAloneToo) {
    const base::TemporaryFolder temporary;
    Pipeline pipeline;
    pipeline.model = testing::dense_network(20, 4, 1);
    EXPECT_EQ(run_in_c(emit(pipeline, temporary.path() / "model"), bare_program, temporary.path()), 0);
}

}  // namespace
}  // namespace mote::codegen
