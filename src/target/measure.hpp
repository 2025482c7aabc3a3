// Builds the firmware for a board and measures it on the board's own instruction set, in the emulator.
#pragma once

#include "base/progress.hpp"
#include "board/board.hpp"
#include "codegen/emit.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mote::target {

struct Firmware {
    std::filesystem::path elf;
    std::uint64_t flash_bytes = 0;        ///< text + rodata + data of the whole image
    std::uint64_t empty_flash_bytes = 0;  ///< the same harness around nothing
    std::uint64_t static_ram_bytes = 0;   ///< data + bss
    struct Part {
        std::string name;  ///< "weights", "kernels", "signal processing", "runtime", "start-up"
        std::uint64_t flash_bytes = 0, ram_bytes = 0;
    };
    std::vector<Part> parts;
};

/// Compiles an emitted folder with the firmware harness for a board; results are cached by content. Throws base::Error "tool_failed" with
/// the compiler's first error, or "bad_input" when it does not fit, saying by how much.
Firmware build_firmware(const codegen::Emission& emission, const board::Board& board);

struct Cycles {
    double low = 0, expected = 0, high = 0;
    std::string confidence;  ///< "modelled, validated to 3 % on ..."
};

struct LayerCount {
    std::string name;
    std::uint64_t instructions = 0;
    Cycles cycles;
};

struct Run {
    std::vector<std::int8_t> outputs;  ///< model outputs of all windows, concatenated
    std::vector<std::byte> features;   ///< on request: float features of all windows
    std::vector<std::byte> layers;     ///< on request: each step's output of all windows
    std::uint64_t instructions = 0;    ///< of one window: features + model (exact; of the first window)
    std::uint64_t feature_instructions = 0;
    std::uint64_t model_instructions = 0;
    std::uint64_t stack_bytes = 0;  ///< deepest, over all windows (exact)
    Cycles cycles;
    double latency_s = 0, energy_joule = 0;
    std::vector<LayerCount> by_layer;
};

struct RunOptions {
    bool want_features = false;
    bool want_layers = false;
    bool count = true;  ///< attach the counting plugin (slower)
    base::Progress* progress = nullptr;
    const base::Cancel* cancel = nullptr;
};

/// Runs `windows` (raw input windows back to back) through the firmware. Several emulators run side by side on large sets. Throws
/// "tool_failed" when the firmware faults or touches memory that the part does not have.
Run run_firmware(const Firmware& firmware, const codegen::Emission& emission, const board::Board& board, std::span<const std::byte> windows,
                 const RunOptions& options);

}  // namespace mote::target
