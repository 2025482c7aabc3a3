// What a model costs on a board: the firmware that would be flashed, run in the emulator.
#pragma once

#include "app/record.hpp"
#include "base/progress.hpp"
#include "board/board.hpp"
#include "codegen/emit.hpp"
#include "target/measure.hpp"
#include "target/stream_run.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace mote::app {

/// A pipeline as firmware on a board, and what running it gave.
struct Measured {
    codegen::Emission emission;
    target::Firmware firmware;
    target::Run run;
    /// False where the part has too little memory: then the sizes are those of the same firmware, and it ran on the part's core with the
    /// memory of the emulated machine.
    bool fits = true;
};

/// Emits (into `folder`), builds, runs. `windows` are what the emission takes, one behind the other.
Measured measure_pipeline(const codegen::Pipeline& pipeline, const board::Board& board, std::span<const std::byte> windows,
                          const target::RunOptions& options, const std::filesystem::path& folder);

struct LayerProfile {
    std::string name, op, shapes, kernel;
    bool specialised = false;
    std::uint64_t macs = 0, instructions = 0;
    double cycles = 0, share = 0;
    static constexpr auto fields() {
        using base::field;
        using L = LayerProfile;
        return std::make_tuple(field("name", &L::name, "the node"), field("op", &L::op, "its operator"),
                               field("shapes", &L::shapes, "of what it reads and writes"), field("kernel", &L::kernel, "what computes it"),
                               field("specialised", &L::specialised, "whether that is a kernel for the core, not the reference"),
                               field("macs", &L::macs, "multiply-accumulates"),
                               field("instructions", &L::instructions, "exact, in a build that stops after each layer"),
                               field("cycles", &L::cycles, "modelled"), field("share", &L::share, "of all layers' cycles, 0 to 1"));
    }
};

struct OperatorProfile {
    std::string op, kernels;
    int count = 0;
    bool specialised = false;
    double instructions_per_mac = 0;
    static constexpr auto fields() {
        using base::field;
        using O = OperatorProfile;
        return std::make_tuple(field("op", &O::op, "the operator"), field("kernels", &O::kernels, "what computes it on this core"),
                               field("count", &O::count, "how many layers"),
                               field("specialised", &O::specialised, "whether all of them have kernels for the core"),
                               field("instructions_per_mac", &O::instructions_per_mac, "how fast; 0 where nothing is multiplied"));
    }
};

struct DroppedProfile {
    std::string layer, op;
    int channels = 0, of = 0;
    static constexpr auto fields() {
        using base::field;
        using D = DroppedProfile;
        return std::make_tuple(field("layer", &D::layer, "the node"), field("op", &D::op, "its operator"),
                               field("channels", &D::channels, "of its output, left out of the code"), field("of", &D::of, "so many"));
    }
};

struct Profile {
    std::string target, title, optimise, goal;
    std::uint64_t instructions = 0;
    double cycles = 0, latency_ms = 0, energy_uj = 0;
    std::uint64_t flash_bytes = 0, arena_bytes = 0, stack_bytes = 0, ram_bytes = 0;
    std::map<std::string, std::string> confidence;
    std::vector<LayerProfile> layers;
    std::vector<OperatorProfile> operators;
    std::vector<DroppedProfile> dropped;
    std::uint64_t dropped_macs = 0;
    bool fits = true;
    std::uint64_t image_flash_bytes = 0, image_ram_bytes = 0, board_flash_bytes = 0, board_ram_bytes = 0;
    std::vector<std::string> advice, fits_with, fits_on;
    std::vector<target::Firmware::Part> parts;
    std::uint64_t arena_lower_bound_bytes = 0, constant_bytes = 0;
    std::vector<PlannedBuffer> plan;
    std::vector<target::Load> listening;
    double stride_ms = 0;
    std::string listening_note;

    std::uint64_t flash_over_bytes() const { return image_flash_bytes - std::min(image_flash_bytes, board_flash_bytes); }
    std::uint64_t ram_over_bytes() const { return image_ram_bytes - std::min(image_ram_bytes, board_ram_bytes); }

    static constexpr auto fields() {
        using base::field;
        using P = Profile;
        return std::make_tuple(
            field("target", &P::target, "the board"), field("title", &P::title, "its full name"),
            field("optimise", &P::optimise, "what the plan was made for"), field("goal", &P::goal, "the same with its limits, in words"),
            field("instructions", &P::instructions, "of one inference"), field("cycles", &P::cycles, "of one inference"),
            field("latency_ms", &P::latency_ms, "at the board's clock").unit("ms"),
            field("energy_uj", &P::energy_uj, "of one inference; 0 where the board states no current").unit("uJ"),
            field("flash_bytes", &P::flash_bytes, "the whole firmware less an empty one for the same board").unit("bytes"),
            field("arena_bytes", &P::arena_bytes, "activations and scratch").unit("bytes"),
            field("stack_bytes", &P::stack_bytes, "deepest").unit("bytes"),
            field("ram_bytes", &P::ram_bytes, "data, arena and stack, less an empty firmware's data").unit("bytes"),
            field("confidence", &P::confidence, "how sure each figure is"), field("layers", &P::layers, "cost by layer"),
            field("operators", &P::operators, "what computes them on this core"),
            field("dropped", &P::dropped, "channels that always hold the same value or are never read"),
            field("fits", &P::fits, "whether the part holds it"),
            field("image_flash_bytes", &P::image_flash_bytes, "the whole firmware").unit("bytes"),
            field("image_ram_bytes", &P::image_ram_bytes, "its data and the deepest stack").unit("bytes"),
            field("board_flash_bytes", &P::board_flash_bytes, "what the part has").unit("bytes"),
            field("board_ram_bytes", &P::board_ram_bytes, "what the part has").unit("bytes"),
            field("advice", &P::advice, "what would make it fit"),
            field("fits_with", &P::fits_with, "where it does not fit: values of --optimise with which it does"),
            field("fits_on", &P::fits_on, "where it does not fit: boards that hold it as it is"),
            field("parts", &P::parts, "what the memory holds"),
            field("arena_lower_bound_bytes", &P::arena_lower_bound_bytes, "no plan of these kernels can be smaller").unit("bytes"),
            field("constant_bytes", &P::constant_bytes, "weights and tables").unit("bytes"),
            field("plan", &P::plan, "what lies where in the arena, and when"),
            field("listening", &P::listening, "of a run over a series: the load of continuous listening; empty for others"),
            field("stride_ms", &P::stride_ms, "from a decision to the next; 0 where nothing listens").unit("ms"),
            field("listening_note", &P::listening_note, "why there is no load, or why features are not reused; mostly empty"));
    }
};

/// What continuous listening takes, a figure and its words each; empty where nothing listens.
std::vector<std::pair<std::string, std::string>> listening_figures(const Profile& profile);

/// The figures of a measurement that counted.
Profile profile_of(const codegen::Pipeline& pipeline, const Measured& measured, const board::Board& board);

/// Profiles a pipeline on a board; where it does not fit, `advice` says what would help (other plans, other boards).
Profile profile_on(codegen::Pipeline pipeline, const board::Board& board, std::span<const std::byte> windows,
                   const std::filesystem::path& project, base::Progress& progress, const base::Cancel& cancel);

}  // namespace mote::app
