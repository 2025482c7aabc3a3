// Calls out of the emulated chip to the host (Arm, "Semihosting for AArch32 and AArch64"): arguments, files, words, the end.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace semihosting {

enum class Operation : int {
    open = 0x01,
    close = 0x02,
    write_text = 0x04,
    write = 0x05,
    read = 0x06,
    length = 0x0C,
    get_command_line = 0x15,
    exit_extended = 0x20
};

enum class Mode : uint32_t { read = 1, write = 5 };  // "rb", "wb"

inline int call(Operation operation, const void* argument) {
    register int r0 __asm("r0") = static_cast<int>(operation);
    register const void* r1 __asm("r1") = argument;
    __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

inline uint32_t word(const void* pointer) { return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(pointer)); }

inline void print(const char* text) { call(Operation::write_text, text); }

inline void print_hex(const char* name, uint32_t value) {
    char text[12] = "0x00000000\n";
    for (int i = 9; i >= 2; --i, value >>= 4) text[i] = "0123456789abcdef"[value & 15u];
    print(name);
    print(text);
}

[[noreturn]] inline void exit(int code) {
    const uint32_t block[2] = {0x20026u, static_cast<uint32_t>(code)};  // ADP_Stopped_ApplicationExit
    call(Operation::exit_extended, block);
    for (;;) {
    }
}

/// A handle, or negative.
inline int open(const char* name, Mode mode) {
    uint32_t length = 0;
    while (name[length] != 0) ++length;
    const uint32_t block[3] = {word(name), static_cast<uint32_t>(mode), length};
    return call(Operation::open, block);
}

inline bool read(int handle, void* data, uint32_t bytes) {
    const uint32_t block[3] = {static_cast<uint32_t>(handle), word(data), bytes};
    return call(Operation::read, block) == 0;
}

inline bool write(int handle, const void* data, uint32_t bytes) {
    const uint32_t block[3] = {static_cast<uint32_t>(handle), word(data), bytes};
    return call(Operation::write, block) == 0;
}

/// Bytes of an open file; 0 where that is not known.
inline uint32_t length(int handle) {
    const uint32_t block[1] = {static_cast<uint32_t>(handle)};
    const int bytes = call(Operation::length, block);
    return bytes > 0 ? static_cast<uint32_t>(bytes) : 0u;
}

inline bool close(int handle) {
    const uint32_t block[1] = {static_cast<uint32_t>(handle)};
    return call(Operation::close, block) == 0;
}

inline bool command_line(char* text, uint32_t bytes) {
    const uint32_t block[2] = {word(text), bytes};
    return call(Operation::get_command_line, block) == 0;
}

}  // namespace semihosting
