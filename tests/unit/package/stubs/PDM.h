// The part of Arduino's PDM library that the microphone sketch calls.
#pragma once

class PDMClass {
  public:
    int begin(int channels, int rate_hz) { return channels == 1 && rate_hz > 0; }
    int available() { return 0; }
    int read(void*, int bytes) { return bytes; }
    void onReceive(void (*callback)()) { callback_ = callback; }

  private:
    void (*callback_)() = nullptr;
};
extern PDMClass PDM;
