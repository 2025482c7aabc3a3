// What sketches use of an Arduino core, printing to standard output: enough to compile them and to run them once.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

class Print {
  public:
    void begin(unsigned long) {}
    void print(const char* text) { printf("%s", text); }
    void print(int value) { printf("%d", value); }
    void print(unsigned long value) { printf("%lu", value); }
    void write(uint8_t value) { putchar(value); }
    void print(double value) { printf("%d.%02d", static_cast<int>(value), static_cast<int>(value * 100) % 100); }
    template <class T>
    void println(T value) {
        print(value);
        print("\n");
    }
};
extern Print Serial;

unsigned long micros();
unsigned long millis();
void delay(unsigned long milliseconds);
void setup();
void loop();
