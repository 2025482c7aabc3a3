// A whole firmware: its images hold what they should where they should, and the same program hears in the emulator what the listener hears.
#include "packages.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "target/image.hpp"
#include "target/stream_run.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <sstream>

namespace mote::package {
namespace {

namespace fs = std::filesystem;

struct Flashable {
    base::TemporaryFolder temporary;
    testing::Made made;
    fs::path folder = temporary.path() / "firmware";

    static codegen::Pipeline pipeline(const std::string& kind) {
        codegen::Pipeline p = testing::pipeline_for(kind);
        p.listen.threshold = 0.2, p.listen.suppression_ms = 0, p.listen.smoothing_ms = 0;
        return p;
    }
    explicit Flashable(const std::string& kind, const std::string& board = "nrf52840") : made(pipeline(kind)) {
        write(find_format("firmware"), made.package(find_destination(board)), folder);
    }
    fs::path image(const std::string& ending) const { return folder / "images" / (made.pipeline.name + "_" + ending); }
};

std::uint32_t word(const base::Bytes& bytes, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, 4);
    return value;
}

/// Bytes of an Intel HEX file and where they begin.
std::pair<std::uint32_t, base::Bytes> read_hex(const fs::path& file) {
    std::uint32_t upper = 0, first = 0;
    base::Bytes bytes;
    const auto number = [](const std::string& text, std::size_t at, std::size_t digits) {
        return static_cast<std::uint32_t>(std::stoul(text.substr(at, digits), nullptr, 16));
    };
    for (const std::string& line : base::split(base::read_text(file), '\n')) {
        if (line.size() < 11) continue;
        const std::uint32_t count = number(line, 1, 2), type = number(line, 7, 2);
        if (type == 2) upper = number(line, 9, 4) << 4;
        if (type == 4) upper = number(line, 9, 4) << 16;
        if (type != 0) continue;
        const std::uint32_t address = upper + number(line, 3, 4);
        if (bytes.empty()) first = address;
        EXPECT_EQ(address, first + bytes.size());
        for (std::uint32_t i = 0; i < count; ++i) bytes.push_back(static_cast<std::byte>(number(line, 9 + 2 * i, 2)));
    }
    return {first, bytes};
}

TEST(Firmware, ImagesLieBehindTheirBootLoaders) {
    const Flashable firmware("keyword");
    for (const auto& [boot, begin] : {std::pair("bare", 0u), std::pair("uf2", 0x27000u), std::pair("arduino", 0x10000u)}) {
        SCOPED_TRACE(boot);
        const base::Bytes binary = base::read_file(firmware.image(std::string(boot) + ".bin"));
        const auto [address, from_hex] = read_hex(firmware.image(std::string(boot) + ".hex"));
        EXPECT_EQ(address, begin);
        EXPECT_EQ(from_hex, binary);
        const target::Image image = target::read_image(firmware.image(std::string(boot) + ".elf"));
        EXPECT_EQ(word(binary, 0), image.address_of("__stack_top"));
        EXPECT_EQ(word(binary, 4), image.address_of("mote_reset") | 1u);
        EXPECT_EQ(word(binary, 4 * (16 + 29)), image.address_of("mote_interrupt") | 1u) << "the microphone's interrupt";
        for (const char* heap : {"malloc", "_malloc_r", "_sbrk"}) EXPECT_FALSE(image.find(heap)) << heap;
    }
    const base::Bytes binary = base::read_file(firmware.image("uf2.bin")), uf2 = base::read_file(firmware.image("uf2.uf2"));
    ASSERT_EQ(uf2.size(), (binary.size() + 255) / 256 * 512);
    for (std::size_t block = 0; block < uf2.size() / 512; ++block) {
        const std::size_t at = 512 * block;
        EXPECT_EQ(word(uf2, at), 0x0A324655u);
        EXPECT_EQ(word(uf2, at + 4), 0x9E5D5157u);
        EXPECT_EQ(word(uf2, at + 8), 0x2000u);
        EXPECT_EQ(word(uf2, at + 12), 0x27000u + 256 * block);
        EXPECT_EQ(word(uf2, at + 20), block);
        EXPECT_EQ(word(uf2, at + 24), uf2.size() / 512);
        EXPECT_EQ(word(uf2, at + 28), 0xADA52840u);
        EXPECT_EQ(word(uf2, at + 508), 0x0AB16F30u);
        const std::size_t n = std::min<std::size_t>(256, binary.size() - 256 * block);
        EXPECT_EQ(std::memcmp(uf2.data() + at + 32, binary.data() + 256 * block, n), 0);
    }
}

TEST(Firmware, HearsInTheEmulatorWhatTheListenerHears) {
    const Flashable firmware("keyword");
    const codegen::Pipeline& pipeline = firmware.made.pipeline;
    base::Random random(5);
    std::vector<std::int16_t> signal(5 * 16000);
    for (std::size_t i = 0; i < signal.size(); ++i)
        signal[i] = static_cast<std::int16_t>(random.uniform(-1, 1) * (i / 8000 % 2 == 0 ? 30 : 20000));
    base::write_file(firmware.temporary.path() / "recording.raw", std::as_bytes(std::span(signal)));
    const auto run = base::run_process(
        {"make", "-s", "-C", firmware.folder.string(), "emulate", "SIGNAL=" + (firmware.temporary.path() / "recording.raw").string()});
    ASSERT_TRUE(run.ok()) << run.output << run.error_output;
    codegen::Pipeline measured = pipeline;
    measured.name = "mote_model";
    const codegen::Emission emission = codegen::emit(measured, firmware.temporary.path() / "model");
    const target::StreamRun expected = target::run_stream(emission, *find_destination("nrf52840").board, std::as_bytes(std::span(signal)),
                                                          target::even_schedule(emission.listen.stream, signal.size()), {false, nullptr});
    std::ostringstream text;
    for (const target::HeardEvent& event : expected.events)
        text << pipeline.labels[event.label] << " " << static_cast<int>(event.score * 100 + 0.5f) << " " << event.frame << "\n";
    EXPECT_GE(expected.events.size(), 1u);
    EXPECT_EQ(run.output + run.error_output, text.str());
}

TEST(Firmware, ADriverForTheSensorOrThreeFunctionsToFillIn) {
    EXPECT_TRUE(fs::exists(Flashable("keyword").folder / "src/sensor_pdm.cpp"));
    const Flashable motion("motion"), other("motion", "stm32f103"), image("image");
    EXPECT_TRUE(fs::exists(motion.folder / "src/sensor_lis3dh.cpp"));
    EXPECT_FALSE(fs::exists(motion.folder / "src/sensor_pdm.cpp"));
    EXPECT_FALSE(fs::exists(other.folder / "src/sensor_lis3dh.cpp"));
    EXPECT_NE(base::read_text(other.folder / "board.mk").find("SENSOR ?= yours"), std::string::npos);
    EXPECT_NE(base::read_text(image.folder / "board.mk").find("SENSOR ?= yours"), std::string::npos);
    const auto made_with = [&](const std::string& settings) {
        EXPECT_TRUE(base::run_process({"make", "-s", "-C", motion.folder.string(), settings}).ok()) << settings;
        return base::read_file(motion.image("bare.bin"));
    };
    const base::Bytes first = base::read_file(motion.image("bare.bin"));
    EXPECT_LT(made_with("CPPFLAGS=-DNO_SELF_TEST").size(), first.size());
    EXPECT_NE(made_with("SENSOR=yours"), first);
    EXPECT_EQ(made_with("all"), first) << "settings of before are settings of before";
}

TEST(Firmware, WhatItCannotServeIsSaid) {
    const base::TemporaryFolder temporary;
    const testing::Made alone(testing::pipeline_for("alone"));
    EXPECT_THROW(write(find_format("firmware"), alone.package(find_destination("nrf52840")), temporary.path() / "a"), base::Error);
    try {
        check_served(find_format("firmware"), find_destination("rp2040"), {});
        FAIL() << "an RP2040's image would not boot";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "unsupported");
        EXPECT_NE(error.message().find("second-stage boot loader"), std::string::npos) << error.message();
    }
}

}  // namespace
}  // namespace mote::package
