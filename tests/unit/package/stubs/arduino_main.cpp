// Runs a sketch's setup() and its loop() once.
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

int main() {
    setup();
    loop();
    return 0;
}
