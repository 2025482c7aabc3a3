// Packages as their build systems compile them: a few cells of the matrix that `./dev bench packages` goes through.
#include "matrix.hpp"
#include "packages.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

namespace mote::package::testing {
namespace {

class cell : public ::testing::TestWithParam<Cell> {};

TEST_P(cell, compiles_without_a_warning_and_its_self_test_passes) {
    const Outcome outcome = attempt(GetParam());
    if (outcome.is_missing) {
        if (std::getenv("CI")) ADD_FAILURE() << "the tools for " << GetParam().tool << " are not installed";
        GTEST_SKIP() << "the tools for " << GetParam().tool << " are not installed";
    }
    EXPECT_EQ(outcome.failure, "");
    EXPECT_GE(outcome.compiled, 4u);
    if (find_tool(GetParam().tool).runner != Runner::none) {
        EXPECT_NE(outcome.said.find("self-test: pass"), std::string::npos);
    }
}

std::string title(const ::testing::TestParamInfo<Cell>& info) {
    std::string text = info.param.format + "_" + info.param.kind + "_" + info.param.tool;
    for (char& c : text)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    return text;
}

// Every format, every kind of model, every family of cores, both compilers and the three standards, each at least once.
INSTANTIATE_TEST_SUITE_P(some, cell,
                         ::testing::Values(Cell{"cmake", "alone", "g++ C++14"}, Cell{"cmake", "image", "clang++ C++20"},
                                           Cell{"cmake", "motion", "rv32imc C++14"}, Cell{"cmake", "keyword", "ARC EM C++14"},
                                           Cell{"arduino", "keyword", "Arduino Nano 33 BLE"}, Cell{"arduino", "motion", "ESP32-C3 gnu++20"},
                                           Cell{"zephyr", "image", "Cortex-M0 gnu++14"}, Cell{"esp-idf", "image", "ESP32-C3 gnu++20"},
                                           Cell{"platformio", "motion", "Cortex-M33 gnu++17"},
                                           Cell{"cmsis-pack", "keyword", "Cortex-M55 gnu++17"},
                                           Cell{"stm32cube", "motion", "Cortex-M3 gnu++17"}, Cell{"cmake", "motion", "aarch64 C++17"}),
                         title);

}  // namespace
}  // namespace mote::package::testing
