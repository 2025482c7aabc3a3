// Uses what only the larger cores have: floating point by a unit, and signal-processing instructions.
#include "semihosting.hpp"

volatile float a = 1.5f, b = 2.0f;

extern "C" int mote_main() {
    const float product = a * b;
    return product == 3.0f ? 42 : 1;
}
