#include "graph/isa.hpp"

#include <utility>

namespace mote::graph {

Isa isa_of_core(std::string_view core) {
    static constexpr std::pair<std::string_view, Isa> known[] = {
        {"cortex-m0", Isa::armv6m},  {"cortex-m0plus", Isa::armv6m}, {"cortex-m1", Isa::armv6m},   {"cortex-m3", Isa::armv7m},
        {"cortex-m4", Isa::arm_dsp}, {"cortex-m7", Isa::arm_dsp},    {"cortex-m33", Isa::arm_dsp}, {"cortex-m35p", Isa::arm_dsp},
        {"cortex-m52", Isa::helium}, {"cortex-m55", Isa::helium},    {"cortex-m85", Isa::helium},  {"cortex-a53", Isa::neon},
        {"cortex-a72", Isa::neon},   {"cortex-a76", Isa::neon},      {"x86-64-v3", Isa::avx2},
    };
    for (const auto& [name, isa] : known)
        if (core == name) return isa;
    return Isa::portable;
}

Isa host_isa() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") ? Isa::avx2 : Isa::portable;
#elif defined(__aarch64__)
    return Isa::neon;
#else
    return Isa::portable;
#endif
}

}  // namespace mote::graph
