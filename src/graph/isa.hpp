// What a core's instructions offer to int8 kernels.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace mote::graph {

/// Instructions that kernels may use. Every kernel compiles everywhere and gives the same bytes everywhere; the choice is about speed and
/// about how weights are packed.
enum class Isa : std::uint8_t {
    portable,  ///< any core
    armv6m,    ///< Armv6-M: eight registers for most instructions, a 32-bit product, no division
    armv7m,    ///< Armv7-M: all registers, multiply-accumulate and 64-bit products, nothing for small values
    arm_dsp,   ///< the DSP extension of Armv7E-M and Armv8-M: two 16-bit multiply-accumulates an instruction
    helium,    ///< the vector extension of Armv8.1-M: sixteen 8-bit multiply-accumulates an instruction
    neon,      ///< AArch64: vectors of sixteen bytes
    avx2,      ///< x86-64: vectors of thirty-two bytes
};

class IsaSet {
  public:
    constexpr IsaSet(std::initializer_list<Isa> isas) {
        for (const Isa isa : isas) bits_ |= 1u << static_cast<unsigned>(isa);
    }
    constexpr bool has(Isa isa) const { return (bits_ >> static_cast<unsigned>(isa) & 1u) != 0; }
    /// Whether it has `isa` or a lesser one: of the cores without an operating system each has all before it, of the others only what any
    /// core has.
    constexpr bool has_below(Isa isa) const {
        const unsigned own = 1u << static_cast<unsigned>(isa);
        return (bits_ & (isa <= Isa::helium ? 2u * own - 1u : own | 1u)) != 0;
    }

  private:
    unsigned bits_ = 0;
};

/// Cores that execute the DSP extension: those with Helium do as well.
inline constexpr IsaSet has_arm_dsp{Isa::arm_dsp, Isa::helium};

/// The instructions of a core as boards name it ("cortex-m4"); portable for one that is not known.
Isa isa_of_core(std::string_view core);

/// The instructions of the machine that this program runs on, as far as there are kernels for them.
Isa host_isa();

}  // namespace mote::graph
