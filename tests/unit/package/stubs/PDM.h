// The part of Arduino's PDM library that the microphone sketch calls, fed with a made-up sound.
#pragma once

#include <stdint.h>
#include <string.h>

class PDMClass {
  public:
    int begin(int channels, int rate_hz) { return channels == 1 && rate_hz > 0; }
    int available() { return left_; }
    int read(void* block, int bytes) {
        const int given = bytes < left_ ? bytes : left_;
        memcpy(block, reinterpret_cast<const char*>(sound_) + sizeof sound_ - static_cast<unsigned>(left_), static_cast<unsigned>(given));
        left_ -= given;
        return given;
    }
    void onReceive(void (*callback)()) { callback_ = callback; }

    /// 20 ms at 16 kHz have arrived.
    void feed() {
        for (int16_t& sample : sound_) {
            random_ = random_ * 1664525u + 1013904223u;
            sample = static_cast<int16_t>(static_cast<int32_t>(random_ >> 20) - 2048);
        }
        left_ = sizeof sound_;
        if (callback_ != nullptr) callback_();
    }

  private:
    void (*callback_)() = nullptr;
    int16_t sound_[320] = {};
    uint32_t random_ = 1;
    int left_ = 0;
};
extern PDMClass PDM;
