// Builds the firmware for a board and measures it on the board's own instruction set, in the emulator.
#pragma once

#include "base/fields.hpp"
#include "base/progress.hpp"
#include "board/board.hpp"
#include "codegen/emit.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mote::target {

struct Firmware {
    std::filesystem::path elf;
    std::uint64_t flash_bytes = 0;        ///< text + rodata + data of the whole image
    std::uint64_t empty_flash_bytes = 0;  ///< the same harness around nothing
    std::uint64_t static_ram_bytes = 0;   ///< data + bss
    std::uint64_t empty_ram_bytes = 0;    ///< data + bss of the same harness around nothing
    struct Part {
        std::string name;  ///< "weights", "kernels", "signal processing", "arena", "window", "start-up", ...
        std::uint64_t flash_bytes = 0, ram_bytes = 0;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("name", &Part::name, "what it is"), field("flash_bytes", &Part::flash_bytes, "").unit("bytes"),
                                   field("ram_bytes", &Part::ram_bytes, "").unit("bytes"));
        }
    };
    std::vector<Part> parts;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("elf", &Firmware::elf, "the image"),
                               field("flash_bytes", &Firmware::flash_bytes, "of the whole image").unit("bytes"),
                               field("empty_flash_bytes", &Firmware::empty_flash_bytes, "the same harness around nothing").unit("bytes"),
                               field("static_ram_bytes", &Firmware::static_ram_bytes, "data and bss").unit("bytes"),
                               field("empty_ram_bytes", &Firmware::empty_ram_bytes, "of the same harness around nothing").unit("bytes"),
                               field("parts", &Firmware::parts, "what occupies it, by symbol"));
    }
};

/// Compiles an emitted folder with the firmware harness for a board; results are cached by content. Throws base::Error "tool_failed" with
/// the compiler's first error, or "bad_input" when it does not fit, saying by how much.
Firmware build_firmware(const codegen::Emission& emission, const board::Board& board);

/// The same for a part of any size: its sizes are right, and it does not run.
Firmware size_firmware(const codegen::Emission& emission, const board::Board& board);

struct Cycles {
    double low = 0, expected = 0, high = 0;
    std::string confidence;  ///< "modelled, validated to 3 % on ..."
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("low", &Cycles::low, ""), field("expected", &Cycles::expected, ""), field("high", &Cycles::high, ""),
                               field("confidence", &Cycles::confidence, "how the figure was made and what it was held against"));
    }
};

struct LayerCount {
    std::string name;
    std::uint64_t instructions = 0;
    Cycles cycles;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("name", &LayerCount::name, ""), field("instructions", &LayerCount::instructions, ""),
                               field("cycles", &LayerCount::cycles, ""));
    }
};

struct Run {
    std::vector<std::int8_t> outputs;  ///< model outputs of all windows, concatenated; bytes where they are of another type
    std::vector<std::byte> features;   ///< on request: float features of all windows
    std::vector<std::byte> layers;     ///< on request: each step's output of all windows
    std::uint64_t instructions = 0;    ///< of one window: features + model (exact; of the first window)
    std::uint64_t feature_instructions = 0;
    std::uint64_t model_instructions = 0;
    std::uint64_t stack_bytes = 0;  ///< deepest, over all windows (exact)
    Cycles cycles;
    double latency_s = 0, energy_joule = 0;  ///< of the expected cycles; energy is 0 where the board states no current
    /// The features, then each step; counted in a build that stops after each, so that their sum may miss the total by a few instructions
    /// a step. Empty, as feature_ and model_instructions are 0, where that build does not fit the part.
    std::vector<LayerCount> by_layer;
    std::uint64_t windows = 0;                                    ///< run
    std::uint64_t least_instructions = 0, most_instructions = 0;  ///< of one window, over all (exact)
    std::uint64_t checked_windows = 0;  ///< from the first on: every load and store was checked against the part's memories
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("windows", &Run::windows, "run"), field("instructions", &Run::instructions, "of the first window, exact"),
            field("feature_instructions", &Run::feature_instructions, "exact"),
            field("model_instructions", &Run::model_instructions, "exact"),
            field("least_instructions", &Run::least_instructions, "of any window, exact"),
            field("most_instructions", &Run::most_instructions, "of any window, exact"),
            field("stack_bytes", &Run::stack_bytes, "deepest over all windows, exact").unit("bytes"),
            field("cycles", &Run::cycles, "of the first window"), field("latency_s", &Run::latency_s, "modelled").unit("s"),
            field("energy_joule", &Run::energy_joule, "modelled; 0 where no current is stated").unit("J"),
            field("by_layer", &Run::by_layer, "features, then each step of the model"),
            field("checked_windows", &Run::checked_windows, "with every access checked against the part's memories"));
    }
};

struct RunOptions {
    bool want_features = false;
    bool want_layers = false;
    bool count = true;  ///< attach the counting plugin (slower); without it only outputs, features and layers are filled
    base::Progress* progress = nullptr;
    const base::Cancel* cancel = nullptr;
};

/// Runs `windows` (raw input windows back to back) through the firmware. Several emulators run side by side on large sets,
/// unless the model has state, which goes from one window to the next. Throws "tool_failed" when the firmware faults or touches memory that
/// the part does not have.
Run run_firmware(const Firmware& firmware, const codegen::Emission& emission, const board::Board& board, std::span<const std::byte> windows,
                 const RunOptions& options);

}  // namespace mote::target
