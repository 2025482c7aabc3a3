// As much flash and RAM as -DFLASH_BYTES and -DRAM_BYTES ask for.
#include "semihosting.hpp"

namespace {
volatile const unsigned char table[FLASH_BYTES] = {1};
volatile unsigned char buffer[RAM_BYTES];
}  // namespace

extern "C" int mote_main() {
    buffer[RAM_BYTES - 1] = table[FLASH_BYTES - 1];
    return table[0];
}
