// Runs a sketch's setup(), and its loop() once or ARDUINO_LOOPS times, each after new sound.
#include <Arduino.h>
#include <Arduino_LSM9DS1.h>
#include <PDM.h>

Print Serial;
PDMClass PDM;
IMUClass IMU;

unsigned long micros() {
    static unsigned long now = 0;
    return now += 100;
}
unsigned long millis() { return micros() / 1000; }
void delay(unsigned long) {}

#ifndef ARDUINO_LOOPS
#define ARDUINO_LOOPS 1
#endif

int main() {
    setup();
    for (int i = 0; i < ARDUINO_LOOPS; ++i) {
        PDM.feed();
        loop();
    }
    return 0;
}
