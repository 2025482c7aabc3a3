// What Edge Impulse's library asks of an application, where the application does not define it itself (all weak).
#include "contraction.hpp"

#include "../include/edge-impulse-sdk/classifier/ei_run_classifier.h"

#define EI_WEAK __attribute__((weak))

#if defined(ARDUINO)
#include <Arduino.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#elif defined(__unix__) || defined(__APPLE__)
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#endif

EI_WEAK EI_IMPULSE_ERROR ei_run_impulse_check_canceled() { return EI_IMPULSE_OK; }
EI_WEAK uint64_t ei_read_timer_ms() { return ei_read_timer_us() / 1000u; }

EI_WEAK void ei_printf_float(float f) {
    // Six decimals, as many places as printf would give.
    const float positive = f < 0 ? -f : f;
    const unsigned long whole = static_cast<unsigned long>(positive);
    const unsigned long part = static_cast<unsigned long>((positive - static_cast<float>(whole)) * 1000000.0f + 0.5f);
    const unsigned long carried = part >= 1000000ul ? 1ul : 0ul;
    ei_printf("%s%lu.%06lu", f < 0 ? "-" : "", whole + carried, part - carried * 1000000ul);
}

#if defined(ARDUINO)

EI_WEAK EI_IMPULSE_ERROR ei_sleep(int32_t time_ms) {
    delay(static_cast<unsigned long>(time_ms > 0 ? time_ms : 0));
    return EI_IMPULSE_OK;
}
EI_WEAK uint64_t ei_read_timer_us() { return micros(); }
EI_WEAK void ei_putchar(char data) { Serial.write(static_cast<uint8_t>(data)); }
EI_WEAK void ei_printf(const char* format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    Serial.print(text);
}
EI_WEAK void* ei_malloc(size_t size) { return malloc(size); }
EI_WEAK void* ei_calloc(size_t nitems, size_t size) { return calloc(nitems, size); }
EI_WEAK void ei_free(void* ptr) { free(ptr); }

#elif defined(__unix__) || defined(__APPLE__)

EI_WEAK EI_IMPULSE_ERROR ei_sleep(int32_t time_ms) {
    struct timespec time = {time_ms / 1000, (time_ms % 1000) * 1000000L};
    if (time_ms > 0) (void)nanosleep(&time, nullptr);
    return EI_IMPULSE_OK;
}
EI_WEAK uint64_t ei_read_timer_us() {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 0;
    return static_cast<uint64_t>(now.tv_sec) * 1000000u + static_cast<uint64_t>(now.tv_nsec) / 1000u;
}
EI_WEAK void ei_putchar(char data) { (void)putchar(data); }
EI_WEAK void ei_printf(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
}
EI_WEAK void* ei_malloc(size_t size) { return malloc(size); }
EI_WEAK void* ei_calloc(size_t nitems, size_t size) { return calloc(nitems, size); }
EI_WEAK void ei_free(void* ptr) { free(ptr); }

#else

EI_WEAK EI_IMPULSE_ERROR ei_sleep(int32_t) { return EI_IMPULSE_OK; }
EI_WEAK uint64_t ei_read_timer_us() { return 0; }
EI_WEAK void ei_putchar(char) {}
EI_WEAK void ei_printf(const char*, ...) {}
EI_WEAK void* ei_malloc(size_t) { return nullptr; }
EI_WEAK void* ei_calloc(size_t, size_t) { return nullptr; }
EI_WEAK void ei_free(void*) {}

#endif
