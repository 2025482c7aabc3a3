#include "target/cycles/instruction.hpp"

#include "base/error.hpp"

#include <capstone/capstone.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace mote::target {
namespace {

/// One disassembler; not for use by several threads at once.
class Disassembler {
  public:
    Disassembler() {
        if (cs_open(CS_ARCH_ARM, static_cast<cs_mode>(CS_MODE_THUMB | CS_MODE_MCLASS), &handle_) != CS_ERR_OK)
            throw base::Error("internal", "the disassembler does not start", "reinstall libcapstone4");
        cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
        slot_ = cs_malloc(handle_);
    }
    ~Disassembler() {
        cs_free(slot_, 1);
        cs_close(&handle_);
    }
    Disassembler(const Disassembler&) = delete;
    Disassembler& operator=(const Disassembler&) = delete;

    /// The instruction at `address`, or null.
    const cs_insn* next(std::span<const std::byte> code, std::uint64_t address) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(code.data());
        std::size_t size = code.size();
        return cs_disasm_iter(handle_, &bytes, &size, &address, slot_) ? slot_ : nullptr;
    }
    csh handle() const { return handle_; }

  private:
    csh handle_ = 0;
    cs_insn* slot_ = nullptr;
};

std::uint16_t half_at(std::span<const std::byte> code, std::size_t offset) {
    std::uint16_t half = 0;
    if (offset + 2 <= code.size()) std::memcpy(&half, code.data() + offset, 2);
    return half;
}

bool is_double(unsigned reg) { return reg >= ARM_REG_D0 && reg <= ARM_REG_D31; }
bool is_float(unsigned reg) { return is_double(reg) || (reg >= ARM_REG_S0 && reg <= ARM_REG_S31); }

std::uint8_t listed_words(const cs_arm& arm, int first) {
    int words = 0;
    for (int i = first; i < arm.op_count; ++i)
        if (arm.operands[i].type == ARM_OP_REG) words += is_double(static_cast<unsigned>(arm.operands[i].reg)) ? 2 : 1;
    return static_cast<std::uint8_t>(words);
}

Work work_of_branch(unsigned id) {
    switch (id) {
        case ARM_INS_BL:
            return Work::branch_link;
        case ARM_INS_BX:
        case ARM_INS_BLX:
            return Work::branch_register;
        case ARM_INS_TBB:
        case ARM_INS_TBH:
            return Work::table_branch;
        default:
            return Work::branch;
    }
}

Work work_of_multiply(unsigned id) {
    switch (id) {
        case ARM_INS_MLA:
        case ARM_INS_MLS:
            return Work::multiply_accumulate;
        case ARM_INS_SMULL:
        case ARM_INS_UMULL:
            return Work::multiply_long;
        case ARM_INS_SMLAL:
        case ARM_INS_UMLAL:
        case ARM_INS_UMAAL:
            return Work::multiply_long_accumulate;
        default:
            return Work::multiply;
    }
}

Work work_of_float(unsigned id) {
    switch (id) {
        case ARM_INS_VMLA:
        case ARM_INS_VMLS:
        case ARM_INS_VNMLA:
        case ARM_INS_VNMLS:
        case ARM_INS_VFMA:
        case ARM_INS_VFMS:
        case ARM_INS_VFNMA:
        case ARM_INS_VFNMS:
            return Work::float_fused;
        case ARM_INS_VDIV:
        case ARM_INS_VSQRT:
            return Work::float_divide;
        case ARM_INS_VMOV:
        case ARM_INS_VABS:
        case ARM_INS_VNEG:
        case ARM_INS_VMRS:
        case ARM_INS_VMSR:
            return Work::float_move;
        default:
            return Work::float_simple;
    }
}

// Loads and stores, with the words they move; false for everything else.
bool classify_memory(const cs_insn& in, Instruction& out) {
    const cs_arm& arm = in.detail->arm;
    const auto set = [&](Work work, int words) {
        out.work = work;
        out.transfers = static_cast<std::uint8_t>(words);
        return true;
    };
    const bool wide_register =
        arm.op_count > 0 && arm.operands[0].type == ARM_OP_REG && is_double(static_cast<unsigned>(arm.operands[0].reg));
    switch (in.id) {
        case ARM_INS_LDR:
        case ARM_INS_LDRB:
        case ARM_INS_LDRH:
        case ARM_INS_LDRSB:
        case ARM_INS_LDRSH:
        case ARM_INS_LDRT:
        case ARM_INS_LDREX:
            return set(Work::load, 1);
        case ARM_INS_STR:
        case ARM_INS_STRB:
        case ARM_INS_STRH:
        case ARM_INS_STRT:
        case ARM_INS_STREX:
            return set(Work::store, 1);
        case ARM_INS_VLDR:
            return wide_register ? set(Work::load_multiple, 2) : set(Work::load, 1);
        case ARM_INS_VSTR:
            return wide_register ? set(Work::store_multiple, 2) : set(Work::store, 1);
        case ARM_INS_LDRD:
            return set(Work::load_multiple, 2);
        case ARM_INS_STRD:
            return set(Work::store_multiple, 2);
        case ARM_INS_LDM:
        case ARM_INS_LDMDB:
        case ARM_INS_VLDMIA:
        case ARM_INS_VLDMDB:
            return set(Work::load_multiple, listed_words(arm, 1));
        case ARM_INS_STM:
        case ARM_INS_STMDB:
        case ARM_INS_VSTMIA:
        case ARM_INS_VSTMDB:
            return set(Work::store_multiple, listed_words(arm, 1));
        case ARM_INS_POP:
        case ARM_INS_VPOP:
            return set(Work::load_multiple, listed_words(arm, 0));
        case ARM_INS_PUSH:
        case ARM_INS_VPUSH:
            return set(Work::store_multiple, listed_words(arm, 0));
        default:
            return false;
    }
}

Work classify(const cs_insn& in) {
    const std::string_view name = in.mnemonic;
    const auto begins = [&](std::string_view text) { return name.substr(0, text.size()) == text; };
    switch (in.id) {
        case ARM_INS_B:
        case ARM_INS_BL:
        case ARM_INS_BX:
        case ARM_INS_BLX:
        case ARM_INS_CBZ:
        case ARM_INS_CBNZ:
        case ARM_INS_TBB:
        case ARM_INS_TBH:
            return work_of_branch(in.id);
        case ARM_INS_SDIV:
        case ARM_INS_UDIV:
            return Work::divide;
        case ARM_INS_IT:
            return Work::if_then;
        case ARM_INS_MRS:
        case ARM_INS_MSR:
        case ARM_INS_DSB:
        case ARM_INS_DMB:
        case ARM_INS_ISB:
        case ARM_INS_BKPT:
        case ARM_INS_CPS:
            return Work::system;
        default:
            break;
    }
    if (name[0] == 'v') return work_of_float(in.id);
    if (begins("mul") || begins("mla") || begins("mls") || begins("sml") || begins("smm") || begins("smu") || begins("uml") ||
        begins("umu") || begins("uma"))
        return work_of_multiply(in.id);
    return Work::arithmetic;
}

void note_registers(const Disassembler& disassembler, const cs_insn& in, Instruction& out) {
    cs_regs reads, writes;
    std::uint8_t read_count = 0, write_count = 0;
    if (cs_regs_access(disassembler.handle(), &in, reads, &read_count, writes, &write_count) == CS_ERR_OK) {
        out.reads.assign(reads, reads + read_count);
        out.writes.assign(writes, writes + write_count);
    }
    const cs_arm& arm = in.detail->arm;
    for (int i = 0; i < arm.op_count; ++i) {
        if (arm.operands[i].type == ARM_OP_REG && is_float(static_cast<unsigned>(arm.operands[i].reg))) out.is_float = true;
        if (arm.operands[i].type != ARM_OP_MEM) continue;
        out.address_registers.push_back(static_cast<std::uint16_t>(arm.operands[i].mem.base));
        if (arm.operands[i].mem.index != ARM_REG_INVALID) {
            out.address_registers.push_back(static_cast<std::uint16_t>(arm.operands[i].mem.index));
            out.register_offset = true;
        }
    }
    out.writes_pc = std::find(out.writes.begin(), out.writes.end(), ARM_REG_PC) != out.writes.end();
}

Instruction unknown(std::uint64_t address, std::uint16_t first, std::uint8_t size) {
    Instruction out;
    out.address = address, out.size_bytes = size, out.decoded = false;
    // The coprocessor space, 0b111x'11xx, which the vector extension fills; the rest is low-overhead loops and hints.
    out.work = size == 4 && (first & 0xec00u) == 0xec00u ? Work::vector : Work::system;
    return out;
}

}  // namespace

std::vector<Instruction> decode(const Image& image, std::uint64_t begin, std::uint64_t end) {
    thread_local Disassembler disassembler;
    const auto code = image.code_at(begin, end - begin);
    std::vector<Instruction> list;
    for (std::size_t at = 0; at + 2 <= code.size();) {
        const std::uint16_t first = half_at(code, at);
        const std::uint8_t size = (first >> 11) >= 0x1d ? 4 : 2;
        const cs_insn* in = disassembler.next(code.subspan(at, std::min<std::size_t>(size, code.size() - at)), begin + at);
        const bool is_known = in != nullptr && in->size == size && std::strncmp(in->mnemonic, "cdp", 3) != 0 &&
                              std::strncmp(in->mnemonic, "ldc", 3) != 0 && std::strncmp(in->mnemonic, "stc", 3) != 0 &&
                              std::strncmp(in->mnemonic, "mcr", 3) != 0 && std::strncmp(in->mnemonic, "mrc", 3) != 0;
        if (is_known) {
            Instruction out;
            out.address = begin + at, out.size_bytes = size;
            if (!classify_memory(*in, out)) out.work = classify(*in);
            note_registers(disassembler, *in, out);
            list.push_back(std::move(out));
        } else {
            list.push_back(unknown(begin + at, first, size));
        }
        at += size;
    }
    return list;
}

}  // namespace mote::target
