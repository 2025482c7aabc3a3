// A program with main() and printf() on an emulated Cortex-M: what it prints goes to the emulator's console, a lone %s filled in and other
// formats as they stand.
#include "semihosting.hpp"

#include <stdarg.h>

int package_main();

extern "C" {
int printf(const char* format, ...);
int puts(const char* text);
int putchar(int character);

int printf(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const bool is_text = format[0] == '%' && format[1] == 's' && format[2] == 0;
    semihosting::print(is_text ? va_arg(arguments, const char*) : format);
    va_end(arguments);
    return 0;
}

int puts(const char* text) {
    semihosting::print(text);
    semihosting::print("\n");
    return 0;
}

int putchar(int character) {
    const char text[2] = {static_cast<char>(character), 0};
    semihosting::print(text);
    return character;
}

int mote_main() { return package_main(); }
}
