// A part of each core with room for the models.
#pragma once

#include <array>
#include <string>
#include <utility>

namespace mote::bench {

/// {core, board}
inline const std::array<std::pair<std::string, std::string>, 6> cores = {{{"cortex-m4", "stm32l4r5"},
                                                                          {"cortex-m0plus", "rp2040"},
                                                                          {"cortex-m3", "stm32f103"},
                                                                          {"cortex-m7", "stm32h7a3"},
                                                                          {"cortex-m33", "stm32u575"},
                                                                          {"cortex-m55", "corstone300"}}};

}  // namespace mote::bench
