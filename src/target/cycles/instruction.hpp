// Thumb instructions as far as their cost in cycles depends on them.
#pragma once

#include "target/image.hpp"

#include <cstdint>
#include <vector>

namespace mote::target {

enum class Work : std::uint8_t {
    arithmetic,           ///< integer, one cycle everywhere
    multiply,             ///< 32-bit product, SIMD products and their sums
    multiply_accumulate,  ///< MLA, MLS
    multiply_long,        ///< SMULL, UMULL
    multiply_long_accumulate,
    divide,
    load,            ///< one register
    store,           ///< one register
    load_multiple,   ///< LDM, POP, LDRD, VLDM, VPOP
    store_multiple,  ///< STM, PUSH, STRD, VSTM, VPUSH
    branch,          ///< to a constant address
    branch_link,     ///< BL
    branch_register,
    table_branch,
    if_then,
    float_simple,  ///< add, subtract, multiply, convert, compare
    float_move,    ///< between registers, absolute value, negation
    float_fused,   ///< multiply-accumulate
    float_divide,  ///< divide, square root
    vector,        ///< M-profile vector extension: 128 bits
    system
};

struct Instruction {
    std::uint64_t address = 0;
    std::uint8_t size_bytes = 2;
    Work work = Work::arithmetic;
    std::uint8_t transfers = 0;    ///< 32-bit words moved by loads and stores
    bool register_offset = false;  ///< the address is a sum of two registers
    bool writes_pc = false;
    bool is_float = false;  ///< moves or computes floating-point registers
    bool decoded = true;
    std::vector<std::uint16_t> reads, writes, address_registers;  ///< register numbers of the disassembler

    bool is_memory() const { return work >= Work::load && work <= Work::store_multiple; }
    bool is_load() const { return work == Work::load || work == Work::load_multiple; }
    bool is_branch() const { return writes_pc || (work >= Work::branch && work <= Work::table_branch); }
    bool is_direct_branch() const { return work == Work::branch || work == Work::branch_link; }
};

/// Decodes [begin, end) of the image. Bytes that the disassembler does not know (MVE) become Work::vector or Work::system with `decoded`
/// false; code that the image does not hold (in RAM) gives an empty list.
std::vector<Instruction> decode(const Image& image, std::uint64_t begin, std::uint64_t end);

}  // namespace mote::target
