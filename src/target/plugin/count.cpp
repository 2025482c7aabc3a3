// SPDX-License-Identifier: GPL-2.0-or-later
// Counts what a firmware executes under QEMU: see README.md in this folder.
#include "flash_cache.hpp"
#include "qemu_plugin.h"
#include "stack_pointer.hpp"

#include <bit>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace count {
namespace {

struct Range {
    std::uint64_t begin = 0, end = 0;
    bool holds(std::uint64_t address, std::uint64_t bytes) const { return address >= begin && address + bytes <= end; }
};

struct Block;

/// What one region saw of one block.
struct BlockCounts {
    std::uint64_t executions = 0;
    std::unordered_map<const Block*, std::uint64_t> next;  ///< blocks that followed without falling through
};

struct Block {
    std::uint64_t begin = 0, end = 0, instructions = 0;
    std::map<unsigned, BlockCounts> regions;
    // The last lookups, because a loop asks the same again.
    unsigned region = ~0u;
    BlockCounts* counts = nullptr;
    const Block* to = nullptr;
    std::uint64_t* to_count = nullptr;
};

struct Visit {
    unsigned region = 0;
    std::uint64_t instructions = 0;
};

struct State {
    std::FILE* out = nullptr;
    bool profile = false;
    std::uint64_t mark = 0;
    Range flash, ram;
    std::uint64_t stack_limit = 0, stack_top = 0;
    FlashCache cache;

    std::uint64_t total = 0;  ///< instructions so far, by inline additions
    unsigned region = 0;
    std::uint64_t region_begin = 0;
    bool gather = false;  ///< profile: the present region is visited for the first time
    std::vector<Visit> visits;
    std::vector<unsigned> entered;  ///< how often, by region

    std::int64_t stack_pointer = 0, stack_lowest = 0;
    std::int64_t moving_bytes = 0;       ///< what is left of the push or pop under way
    bool is_stack_pointer_known = true;  ///< false after arithmetic that is not followed, until the next push or pop

    std::map<std::pair<std::uint64_t, std::uint64_t>, std::unique_ptr<Block>> blocks;
    Block* previous = nullptr;
    std::map<unsigned, CacheCounts> cache_counts;
    CacheCounts* present_cache_counts = nullptr;
};

// Leaked on purpose: the exit callback runs after static destructors.
State& state = *new State;

constexpr std::uint64_t system_space = 0xe0000000u;  // Armv7-M and v8-M: the core's own registers

// The first violation ends the run: what follows would be the machine's doing, not the part's.
[[noreturn]] void violate(const char* kind, std::uint64_t program_counter, std::uint64_t address, std::uint64_t bytes) {
    std::fprintf(state.out, "violation %s 0x%" PRIx64 " 0x%" PRIx64 " %" PRIu64 "\nend\n", kind, program_counter, address, bytes);
    std::fclose(state.out);
    std::_Exit(75);
}

void stack_pointer_is(std::int64_t value, std::uint64_t program_counter) {
    state.stack_pointer = value;
    if (value >= state.stack_lowest) return;
    state.stack_lowest = value;
    if (value < static_cast<std::int64_t>(state.stack_limit)) violate("stack", program_counter, static_cast<std::uint64_t>(value), 0);
}

/// A stack move with its place, handed to callbacks.
struct MoveAt {
    StackMove move;
    std::uint64_t program_counter;
};

// QEMU 7.2 may call this also for a later access that a helper function makes (vectors) and that nobody asked for: only one that begins
// where the stack pointer says is the push or pop itself.
void on_push_or_pop(unsigned, qemu_plugin_meminfo_t info, std::uint64_t address, void* user) {
    const auto& at = *static_cast<const MoveAt*>(user);
    const auto low = static_cast<std::int64_t>(address);
    const bool is_push = at.move.kind == StackMove::Kind::push;
    if (state.moving_bytes <= 0) {  // the first of the words, at the lowest address
        const std::int64_t expected = is_push ? state.stack_pointer - at.move.bytes : state.stack_pointer;
        if (state.is_stack_pointer_known && low != expected) return;
        state.is_stack_pointer_known = true;
        stack_pointer_is(is_push ? low : low + at.move.bytes, at.program_counter);
        state.moving_bytes = at.move.stored;
    }
    state.moving_bytes -= std::int64_t{1} << qemu_plugin_mem_size_shift(info);
}

void on_other_move(unsigned, void*) { state.is_stack_pointer_known = false; }

void on_add(unsigned, void* user) {
    const auto& at = *static_cast<const MoveAt*>(user);
    stack_pointer_is(state.stack_pointer + at.move.bytes, at.program_counter);
}

void on_mark(unsigned, qemu_plugin_meminfo_t, std::uint64_t address, void*) {
    const std::uint64_t spent = state.total - state.region_begin;
    state.visits.push_back({state.region, spent});
    state.region_begin = state.total;
    state.region = static_cast<unsigned>(address - state.flash.begin);
    if (state.entered.size() <= state.region) state.entered.resize(state.region + 1);
    state.gather = state.entered[state.region]++ == 0 && state.region != 0;
    if (state.profile) state.present_cache_counts = &state.cache_counts[state.region];
    state.previous = nullptr;
}

void on_access(unsigned, qemu_plugin_meminfo_t info, std::uint64_t address, void* user) {
    const std::uint64_t bytes = std::uint64_t{1} << qemu_plugin_mem_size_shift(info);
    const auto program_counter = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(user));
    const bool store = qemu_plugin_mem_is_store(info);
    if (address >= system_space) return;
    if (state.ram.holds(address, bytes)) {
        const bool below_stack = address >= state.stack_limit && address < static_cast<std::uint64_t>(state.stack_lowest);
        if (store && below_stack) {
            // After arithmetic on the stack pointer that is not followed (a frame of more than 508 bytes on Armv6-M) the deepest store is
            // what is known of the stack.
            if (state.is_stack_pointer_known) violate("below_stack", program_counter, address, bytes);
            state.stack_lowest = static_cast<std::int64_t>(address);
        }
        return;
    }
    if (!state.flash.holds(address, bytes)) violate(store ? "store" : "load", program_counter, address, bytes);
    if (store) violate("store_to_flash", program_counter, address, bytes);
    if (state.gather) state.cache.read(address, *state.present_cache_counts);
}

void on_profiled_block(unsigned, void* user) {
    Block& block = *static_cast<Block*>(user);
    if (!state.gather) return;
    if (block.region != state.region) {
        block.region = state.region;
        block.counts = &block.regions[state.region];
        block.to = nullptr;
    }
    ++block.counts->executions;
    if (state.flash.holds(block.begin, 2)) state.cache.fetch(block.begin, block.end, block.instructions, *state.present_cache_counts);
    if (Block* from = state.previous; from != nullptr && from->end != block.begin) {
        if (from->to != &block) {
            from->to = &block;
            from->to_count = &from->counts->next[&block];
        }
        ++*from->to_count;
    }
    state.previous = &block;
}

// The bytes that QEMU gives for the last instruction before a page may hold look-ahead, so the length is taken from the code itself.
std::uint64_t instruction_bytes(const qemu_plugin_insn* instruction, std::uint32_t& first, std::uint32_t& second) {
    std::uint16_t halves[2] = {};
    const void* data = qemu_plugin_insn_data(instruction);
    std::memcpy(&halves[0], data, 2);
    first = halves[0], second = 0;
    if (!is_wide(first)) return 2;
    std::memcpy(&halves[1], static_cast<const char*>(data) + 2, 2);
    second = halves[1];
    return 4;
}

/// How many of the next instructions stand in an IT block, whose conditions a plugin cannot see.
struct Conditional {
    std::uint64_t next_address = 0;
    int left = 0;

    /// Steps over the instruction at `address`; true when it is conditional.
    bool step(std::uint64_t address, std::uint64_t bytes, std::uint32_t first) {
        if (address != next_address) left = 0;
        const bool is_conditional = left > 0;
        if (is_conditional) --left;
        if ((first & 0xff00u) == 0xbf00u && (first & 0xfu) != 0) left = 4 - std::countr_zero(first & 0xfu);  // IT
        next_address = address + bytes;
        return is_conditional;
    }
};

void watch_instruction(qemu_plugin_insn* instruction, std::uint32_t first, std::uint32_t second, bool is_conditional) {
    const std::uint64_t address = qemu_plugin_insn_vaddr(instruction);
    // Asked for loads alone, QEMU 7.2 calls back for none; this instruction does nothing else anyway.
    if (address == state.mark) qemu_plugin_register_vcpu_mem_cb(instruction, on_mark, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, nullptr);
    StackMove move = is_wide(first) ? wide_stack_move(first, second) : narrow_stack_move(first);
    if (is_conditional && move.kind == StackMove::Kind::add) move.kind = StackMove::Kind::other;
    if (move.kind != StackMove::Kind::none) {
        auto* at = new MoveAt{move, address};  // lives as long as the translated code
        if (move.kind == StackMove::Kind::add)
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_add, QEMU_PLUGIN_CB_NO_REGS, at);
        else if (move.kind == StackMove::Kind::other)
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_other_move, QEMU_PLUGIN_CB_NO_REGS, nullptr);
        else
            qemu_plugin_register_vcpu_mem_cb(instruction, on_push_or_pop, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, at);
    }
    if (state.profile && address != state.mark)
        qemu_plugin_register_vcpu_mem_cb(instruction, on_access, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW,
                                         reinterpret_cast<void*>(static_cast<std::uintptr_t>(address)));
}

void on_translation(qemu_plugin_id_t, qemu_plugin_tb* translated) {
    const std::size_t instructions = qemu_plugin_tb_n_insns(translated);
    const std::uint64_t begin = qemu_plugin_tb_vaddr(translated);
    std::uint64_t end = begin;
    static Conditional conditional;  // an IT block may go on in the next block
    for (std::size_t i = 0; i < instructions; ++i) {
        qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(translated, i);
        std::uint32_t first = 0, second = 0;
        const std::uint64_t address = qemu_plugin_insn_vaddr(instruction), bytes = instruction_bytes(instruction, first, second);
        end = address + bytes;
        watch_instruction(instruction, first, second, conditional.step(address, bytes, first));
    }
    if (!state.flash.holds(begin, end - begin) && !state.ram.holds(begin, end - begin)) violate("fetch", begin, begin, end - begin);
    qemu_plugin_register_vcpu_tb_exec_inline(translated, QEMU_PLUGIN_INLINE_ADD_U64, &state.total, instructions);
    if (!state.profile) return;
    auto& block = state.blocks[{begin, instructions}];
    if (!block) {
        block = std::make_unique<Block>();
        block->begin = begin, block->end = end, block->instructions = instructions;
    }
    qemu_plugin_register_vcpu_tb_exec_cb(translated, on_profiled_block, QEMU_PLUGIN_CB_NO_REGS, block.get());
}

void write_blocks(std::FILE* out) {
    for (const auto& [key, block] : state.blocks)
        for (const auto& [region, counts] : block->regions) {
            std::fprintf(out, "block %u 0x%" PRIx64 " 0x%" PRIx64 " %" PRIu64 " %" PRIu64 "\n", region, block->begin, block->end,
                         counts.executions, block->instructions);
            std::map<std::uint64_t, std::uint64_t> next;
            for (const auto& [to, times] : counts.next) next[to->begin] += times;
            for (const auto& [to, times] : next)
                std::fprintf(out, "edge %u 0x%" PRIx64 " 0x%" PRIx64 " %" PRIu64 "\n", region, block->end, to, times);
        }
    for (const auto& [region, c] : state.cache_counts)
        std::fprintf(out, "cache %u %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", region, c.code_misses,
                     c.sequential_misses, c.hidden, c.data_reads, c.data_misses, c.data_repeats);
}

void on_exit(qemu_plugin_id_t, void*) {
    std::FILE* out = state.out;
    std::fprintf(out, "total %" PRIu64 "\nstack 0x%" PRIx64 "\n", state.total, static_cast<std::uint64_t>(state.stack_lowest));
    for (const Visit& visit : state.visits) std::fprintf(out, "visit %u %" PRIu64 "\n", visit.region, visit.instructions);
    if (state.profile) write_blocks(out);
    std::fprintf(out, "end\n");
    std::fclose(out);
}

/// "A:B:C" as numbers.
std::vector<std::uint64_t> numbers(const char* text) {
    std::vector<std::uint64_t> values;
    for (char* end = nullptr; *text != 0; text = *end == ':' ? end + 1 : end) {
        values.push_back(std::strtoull(text, &end, 0));
        if (end == text) break;
    }
    return values;
}

bool set_option(const std::string& key, const char* value) {
    const std::vector<std::uint64_t> n = numbers(value);
    const auto range = [&] { return Range{n[0], n[0] + n[1]}; };
    if (key == "out") {
        state.out = std::fopen(value, "w");
        return state.out != nullptr;
    }
    if (key == "mode") return state.profile = std::strcmp(value, "profile") == 0, true;
    if (key == "mark" && n.size() == 1) return state.mark = n[0], true;
    if (key == "flash" && n.size() == 2) return state.flash = range(), true;
    if (key == "ram" && n.size() == 2) return state.ram = range(), true;
    if (key == "stack" && n.size() == 2) {
        state.stack_limit = n[0], state.stack_top = n[1];
        state.stack_pointer = state.stack_lowest = static_cast<std::int64_t>(n[1]);
        return true;
    }
    if (key == "cache" && n.size() == 7) {
        CacheShape shape{n[0], n[1], n[2], n[3], n[4] != 0, n[5] != 0, n[6]};
        if (shape.line_bytes > 0) state.cache = FlashCache(shape);
        return true;
    }
    return false;
}

}  // namespace
}  // namespace count

extern "C" {

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t*, int argc, char** argv) {
    for (int i = 0; i < argc; ++i) {
        const std::string argument = argv[i];
        const auto equals = argument.find('=');
        if (equals == std::string::npos || !count::set_option(argument.substr(0, equals), argv[i] + equals + 1)) {
            std::fprintf(stderr, "mote_count: bad argument %s\n", argv[i]);
            return -1;
        }
    }
    if (count::state.out == nullptr || count::state.flash.end == 0 || count::state.stack_top == 0) {
        std::fprintf(stderr, "mote_count: out, flash and stack are needed\n");
        return -1;
    }
    if (count::state.profile) count::state.present_cache_counts = &count::state.cache_counts[0];
    qemu_plugin_register_vcpu_tb_trans_cb(id, count::on_translation);
    qemu_plugin_register_atexit_cb(id, count::on_exit, nullptr);
    return 0;
}
}
