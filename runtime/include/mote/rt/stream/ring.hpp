// A ring of frames between one writer, an interrupt or another thread, and one reader.
#pragma once

#include "mote/rt/core/bits.hpp"

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace stream {

namespace detail {

inline bool is_number(float value) { return is_finite(value); }
template <class T>
constexpr bool is_number(T) {
    return true;
}

/// Read of a position that the other side writes: what it wrote before is seen after.
inline uint32_t read_position(const volatile uint32_t& position) {
    const uint32_t value = position;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return value;
}

inline void write_position(volatile uint32_t& position, uint32_t value) {
    __atomic_thread_fence(__ATOMIC_RELEASE);
    position = value;
}

}  // namespace detail

/// Neither side ever waits: frames that find no place are lost and counted, the newest first. Frames that belong together, as the pixels of
/// an image do, are taken or lost together. Positions are in frames of `channels` values; the memory holds `capacity` + 1 of them.
template <class T>
class Ring {
  public:
    /// Floats or integers for `capacity` frames.
    static constexpr size_t value_count(uint32_t capacity, uint32_t channels) { return (static_cast<size_t>(capacity) + 1u) * channels; }

    /// `unit` frames belong together, at most `capacity`.
    Ring(T* values, uint32_t capacity, uint32_t channels, uint32_t unit = 1)
        : values_(values), slots_(capacity + 1u), channels_(channels), unit_(unit) {}

    /// Of the writer: frames taken, from the first on. A value that is no number (NaN, infinity) is replaced by its channel's value in the
    /// frame before and counted.
    uint32_t push(const T* frames, uint32_t count) {
        if (unit_ == 1u) return append(frames, count);
        uint32_t taken = 0;
        while (count > 0) {
            if (of_unit_ == 0) is_lost_ = room() < unit_;
            const uint32_t n = count < unit_ - of_unit_ ? count : unit_ - of_unit_;
            if (is_lost_)
                lost_ = lost_ + n;
            else
                taken += append(frames, n);
            of_unit_ = of_unit_ + n == unit_ ? 0u : of_unit_ + n;
            frames += static_cast<size_t>(n) * channels_, count -= n;
        }
        return taken;
    }

    /// Of the reader: frames copied to `out`, at most `count`.
    uint32_t take(T* out, uint32_t count) {
        const uint32_t taken = at_most(count);
        uint32_t read = read_;
        const uint32_t first = taken < slots_ - read ? taken : slots_ - read;
        copy(values_ + static_cast<size_t>(read) * channels_, first, out);
        copy(values_, taken - first, out + static_cast<size_t>(first) * channels_);
        advance(taken);
        return taken;
    }

    /// Of the reader: frames passed over, at most `count`.
    uint32_t skip(uint32_t count) {
        const uint32_t skipped = at_most(count);
        advance(skipped);
        return skipped;
    }

    uint32_t capacity() const { return slots_ - 1u; }
    uint32_t lost() const { return lost_; }
    uint32_t bad_values() const { return bad_; }

  private:
    uint32_t room() const {
        const uint32_t read = detail::read_position(read_), write = write_;
        return slots_ - 1u - (write >= read ? write - read : write + slots_ - read);
    }

    uint32_t append(const T* frames, uint32_t count) {
        const uint32_t space = room(), taken = count < space ? count : space;
        uint32_t write = write_;
        for (uint32_t i = 0; i < taken; ++i, frames += channels_) {
            put(frames, write);
            write = write + 1u == slots_ ? 0u : write + 1u;
        }
        if (taken > 0) detail::write_position(write_, write);
        if (taken < count) lost_ = lost_ + (count - taken);
        return taken;
    }

    uint32_t at_most(uint32_t count) const {
        const uint32_t write = detail::read_position(write_), read = read_;
        const uint32_t held = write >= read ? write - read : write + slots_ - read;
        return count < held ? count : held;
    }

    void advance(uint32_t count) {
        if (count == 0) return;
        const uint32_t to_end = slots_ - read_;
        detail::write_position(read_, count < to_end ? read_ + count : count - to_end);
    }

    void put(const T* frame, uint32_t slot) {
        T* const to = values_ + static_cast<size_t>(slot) * channels_;
        for (uint32_t c = 0; c < channels_; ++c) {
            to[c] = frame[c];
            if (detail::is_number(frame[c])) continue;
            to[c] = values_[static_cast<size_t>(slot == 0 ? slots_ - 1u : slot - 1u) * channels_ + c];
            bad_ = bad_ + 1u;
        }
    }

    void copy(const T* from, uint32_t frames, T* to) const {
        const size_t count = static_cast<size_t>(frames) * channels_;
        for (size_t i = 0; i < count; ++i) to[i] = from[i];
    }

    T* values_;
    uint32_t slots_, channels_, unit_;
    uint32_t of_unit_ = 0;                    ///< of the writer: frames of the unit under way
    bool is_lost_ = false;                    ///< the unit under way found no room
    volatile uint32_t write_ = 0, read_ = 0;  ///< each written by one side alone
    volatile uint32_t lost_ = 0, bad_ = 0;    ///< by the writer
};

}  // namespace stream
}  // namespace rt
}  // namespace mote
