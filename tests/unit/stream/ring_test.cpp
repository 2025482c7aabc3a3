// The ring between an interrupt and the main loop.
#include "mote/rt/stream/ring.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>
#include <vector>

namespace mote::rt::stream {
namespace {

TEST(Ring, TakesWhatFitsAndCountsTheRest) {
    std::vector<std::int16_t> memory(Ring<std::int16_t>::value_count(5, 2));
    Ring<std::int16_t> ring(memory.data(), 5, 2);
    std::vector<std::int16_t> in(16), out(16, -1);
    std::iota(in.begin(), in.end(), std::int16_t{0});
    EXPECT_EQ(ring.push(in.data(), 8), 5u);
    EXPECT_EQ(ring.lost(), 3u);
    EXPECT_EQ(ring.take(out.data(), 3), 3u);
    EXPECT_EQ(out[5], 5);
    EXPECT_EQ(out[6], -1);
    EXPECT_EQ(ring.push(in.data() + 10, 3), 3u);
    EXPECT_EQ(ring.lost(), 3u);
    EXPECT_EQ(ring.take(out.data(), 8), 5u);
    EXPECT_EQ((std::vector<std::int16_t>(out.begin(), out.begin() + 10)), (std::vector<std::int16_t>{6, 7, 8, 9, 10, 11, 12, 13, 14, 15}));
    EXPECT_EQ(ring.take(out.data(), 8), 0u);
    EXPECT_EQ(ring.push(in.data(), 4), 4u);
    EXPECT_EQ(ring.skip(3), 3u);
    EXPECT_EQ(ring.take(out.data(), 8), 1u);
    EXPECT_EQ(out[0], 6);
}

TEST(Ring, FramesThatBelongTogetherAreTakenOrLostTogether) {
    std::vector<std::int16_t> memory(Ring<std::int16_t>::value_count(6, 1));
    Ring<std::int16_t> ring(memory.data(), 6, 1, 4);
    const auto push = [&](std::int16_t first) {
        const std::int16_t pair[2] = {first, static_cast<std::int16_t>(first + 1)};
        return ring.push(pair, 2);
    };
    EXPECT_EQ(push(0) + push(2), 4u);
    EXPECT_EQ(push(4) + push(6), 0u) << "two places are no room for four";
    EXPECT_EQ(ring.lost(), 4u);
    std::vector<std::int16_t> out(4);
    EXPECT_EQ(ring.take(out.data(), 3), 3u);
    EXPECT_EQ(push(8), 2u);
    EXPECT_EQ(push(10), 2u);
    EXPECT_EQ(ring.skip(1), 1u);
    EXPECT_EQ(ring.take(out.data(), 4), 4u);
    EXPECT_EQ(out, (std::vector<std::int16_t>{8, 9, 10, 11}));
}

TEST(Ring, ReplacesWhatIsNoNumberByTheValueBeforeIt) {
    std::vector<float> memory(Ring<float>::value_count(3, 2), 0.0f);
    Ring<float> ring(memory.data(), 3, 2);
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> in = {nan, 1, 2, infinity, -infinity, nan};
    std::vector<float> out(6);
    EXPECT_EQ(ring.push(in.data(), 3), 3u);
    EXPECT_EQ(ring.take(out.data(), 3), 3u);
    EXPECT_EQ(out, (std::vector<float>{0, 1, 2, 1, 2, 1}));
    EXPECT_EQ(ring.bad_values(), 4u);
}

TEST(Ring, LosesNothingBetweenTwoThreads) {
    std::vector<std::int16_t> memory(Ring<std::int16_t>::value_count(37, 1));
    Ring<std::int16_t> ring(memory.data(), 37, 1);
    constexpr std::size_t count = 200000;
    std::thread writer([&] {
        std::vector<std::int16_t> chunk(11);
        for (std::size_t sent = 0; sent < count;) {
            const auto n = static_cast<std::uint32_t>(std::min<std::size_t>(chunk.size(), count - sent));
            for (std::uint32_t i = 0; i < n; ++i) chunk[i] = static_cast<std::int16_t>((sent + i) * 7);
            const std::uint32_t taken = ring.push(chunk.data(), n);
            sent += taken;
            if (taken == 0) std::this_thread::yield();
        }
    });
    std::size_t wrong = 0;
    std::vector<std::int16_t> out(16);
    for (std::size_t got = 0; got < count;) {
        const std::uint32_t n = ring.take(out.data(), 13);
        if (n == 0) std::this_thread::yield();
        for (std::uint32_t i = 0; i < n; ++i) wrong += out[i] != static_cast<std::int16_t>((got + i) * 7);
        got += n;
    }
    writer.join();
    EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace mote::rt::stream
