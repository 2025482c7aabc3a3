// SPDX-License-Identifier: GPL-2.0-or-later
// Which Thumb instructions move the stack pointer, and by how much (Arm v7-M Architecture Reference Manual, chapter A7).
#pragma once

#include <bit>
#include <cstdint>

namespace count {

struct StackMove {
    enum class Kind { none, push, pop, add, other };  ///< push, pop: through memory; add: of a constant; other: to who knows where
    Kind kind = Kind::none;
    std::int32_t bytes = 0;       ///< moved by push and pop; added (negative: the stack grows)
    std::int32_t stored = bytes;  ///< by push and pop: fewer where a single word makes room for more
};

/// ThumbExpandImm: the 12-bit constant of a 32-bit data-processing instruction.
inline std::uint32_t expand_constant(std::uint32_t imm12) {
    const std::uint32_t low = imm12 & 0xffu;
    if ((imm12 >> 10) != 0) return std::rotr(0x80u | (imm12 & 0x7fu), static_cast<int>(imm12 >> 7));
    switch ((imm12 >> 8) & 3u) {
        case 1:
            return low << 16 | low;
        case 2:
            return low << 24 | low << 8;
        case 3:
            return low << 24 | low << 16 | low << 8 | low;
        default:
            return low;
    }
}

/// A 32-bit Thumb instruction starts with one of 0b11101, 0b11110, 0b11111.
inline bool is_wide(std::uint32_t first) { return (first >> 11) >= 0x1du; }

inline StackMove narrow_stack_move(std::uint32_t h) {
    using Kind = StackMove::Kind;
    const auto registers = 4 * std::popcount(h & 0x1ffu);
    if ((h & 0xfe00u) == 0xb400u) return {Kind::push, registers};
    if ((h & 0xfe00u) == 0xbc00u) return {Kind::pop, registers};
    const auto constant = static_cast<std::int32_t>(4 * (h & 0x7fu));
    if ((h & 0xff80u) == 0xb000u) return {Kind::add, constant};
    if ((h & 0xff80u) == 0xb080u) return {Kind::add, -constant};
    if ((h & 0xff87u) == 0x4685u || (h & 0xff87u) == 0x4485u) return {Kind::other, 0};  // MOV sp, r; ADD sp, r
    return {};
}

inline StackMove wide_stack_move(std::uint32_t a, std::uint32_t b) {
    using Kind = StackMove::Kind;
    const auto registers = 4 * std::popcount(b);
    const auto byte = static_cast<std::int32_t>(b & 0xffu);
    if (a == 0xe92du) return {Kind::push, registers};                                         // STMDB sp!
    if (a == 0xe8bdu) return {Kind::pop, registers};                                          // LDMIA sp!
    if (a == 0xf84du && (b & 0x0f00u) == 0x0d00u) return {Kind::push, byte, 4};               // STR [sp, #-n]!
    if (a == 0xf85du && (b & 0x0f00u) == 0x0b00u) return {Kind::pop, byte, 4};                // LDR [sp], #n
    if (a == 0xe96du) return {Kind::push, 4 * byte, 8};                                       // STRD [sp, #-n]!
    if (a == 0xe8fdu) return {Kind::pop, 4 * byte, 8};                                        // LDRD [sp], #n
    if ((a & 0xffbfu) == 0xed2du && (b & 0x0e00u) == 0x0a00u) return {Kind::push, 4 * byte};  // VPUSH
    if ((a & 0xffbfu) == 0xecbdu && (b & 0x0e00u) == 0x0a00u) return {Kind::pop, 4 * byte};   // VPOP
    if ((b & 0x8f00u) != 0x0d00u) return {};
    const std::uint32_t imm12 = ((a >> 10) & 1u) << 11 | ((b >> 12) & 7u) << 8 | (b & 0xffu);
    switch (a & 0xfbefu) {
        case 0xf1adu:
            return {Kind::add, -static_cast<std::int32_t>(expand_constant(imm12))};  // SUB.W sp, sp, #n
        case 0xf10du:
            return {Kind::add, static_cast<std::int32_t>(expand_constant(imm12))};  // ADD.W
        case 0xf2adu:
            return {Kind::add, -static_cast<std::int32_t>(imm12)};  // SUBW
        case 0xf20du:
            return {Kind::add, static_cast<std::int32_t>(imm12)};  // ADDW
        default:                                                   // other arithmetic into sp
            return {(a >> 11) == 0x1eu || (a & 0xfe00u) == 0xea00u ? Kind::other : Kind::none, 0};
    }
}

}  // namespace count
