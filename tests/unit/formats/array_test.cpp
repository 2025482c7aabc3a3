#include "makers.hpp"

#include "store/beginning.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace {

using namespace mote;
using namespace mote::test;

using Values = std::vector<float>;

store::ReadOptions at_100_hz() {
    store::ReadOptions options;
    options.rate_hz = 100;
    return options;
}

Bytes reversed(Bytes bytes, std::size_t item) {
    for (std::size_t i = 0; i < bytes.size(); i += item)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i), bytes.begin() + static_cast<std::ptrdiff_t>(i + item));
    return bytes;
}

template <class T>
void expect_type(const std::string& type, store::SampleType kept) {
    const std::vector<T> values{T(1), T(2), T(3), T(4), T(5), std::numeric_limits<T>::is_signed ? T(-6) : T(6)};
    const Values expected(values.begin(), values.end());
    for (const char order : {'<', '>'}) {
        const Bytes data = order == '<' ? bytes_of(values) : reversed(bytes_of(values), sizeof(T));
        const auto recording = read_one("a.npy", make_npy(order + type, false, "(3, 2)", data), at_100_hz());
        EXPECT_EQ(values_of(recording.signal), expected) << order << type;
        EXPECT_EQ(recording.signal.type(), kept) << type;
        EXPECT_EQ(recording.signal.frames, 3u);
        EXPECT_EQ(recording.signal.channels[1].name, "channel_2");
        EXPECT_EQ(recording.signal.rate_hz, 100);
    }
}

TEST(Beginning, CutsNoCharacterInTwo) {
    EXPECT_EQ(store::beginning("abc\xc3\xa9", 4, "?"), "abc");
    EXPECT_EQ(store::beginning("abc\xc3\xa9", 5, "?"), "abc\xc3\xa9");
    EXPECT_EQ(store::beginning("abc\xc3", 3, "?"), "?");
    EXPECT_EQ(store::beginning("abcdef", 4, "?"), "abcd");
}

TEST(Npy, TypesAndByteOrders) {
    expect_type<std::int8_t>("i1", store::SampleType::i16);
    expect_type<std::int16_t>("i2", store::SampleType::i16);
    expect_type<std::int32_t>("i4", store::SampleType::f32);
    expect_type<std::uint8_t>("u1", store::SampleType::u8);
    expect_type<std::uint16_t>("u2", store::SampleType::f32);
    expect_type<float>("f4", store::SampleType::f32);
    expect_type<double>("f8", store::SampleType::f32);
}

TEST(Npy, ShapesAndOrders) {
    const Bytes six = bytes_of<std::int16_t>({1, 2, 3, 4, 5, 6});
    EXPECT_EQ(read_one("a.npy", make_npy("<i2", false, "(6,)", six), at_100_hz()).signal.frames, 6u);
    EXPECT_EQ(values_of(read_one("a.npy", make_npy("<i2", true, "(3, 2)", six), at_100_hz()).signal), (Values{1, 4, 2, 5, 3, 6}));
    const Bytes twelve = bytes_of<std::int16_t>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    const auto many = read_all("a.npy", make_npy("<i2", false, "(2, 3, 2)", twelve), at_100_hz());
    ASSERT_EQ(many.size(), 2u);
    EXPECT_EQ(many[1].name, "1");
    EXPECT_EQ(values_of(many[1].signal), (Values{6, 7, 8, 9, 10, 11}));
    const auto fortran = read_all("a.npy", make_npy("<i2", true, "(2, 3, 2)", twelve), at_100_hz());
    EXPECT_EQ(values_of(fortran[1].signal), (Values{1, 7, 3, 9, 5, 11}));
    const auto images =
        read_all("a.npy", make_npy("|u1", false, "(2, 1, 2, 3)", bytes_of<std::uint8_t>({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})));
    ASSERT_EQ(images.size(), 2u);
    EXPECT_EQ(images[1].signal.width, 2u);
    EXPECT_EQ(values_of(images[1].signal), (Values{6, 7, 8, 9, 10, 11}));
    store::ReadOptions named = at_100_hz();
    named.channels = {"x", "y"};
    EXPECT_EQ(read_one("a.npy", make_npy("<i2", false, "(3, 2)", six), named).signal.channels[1].name, "y");
}

TEST(Npy, BadFilesAreNamed) {
    const Bytes six = bytes_of<std::int16_t>({1, 2, 3, 4, 5, 6});
    const auto error = [&](std::string_view type, std::string_view shape, const store::ReadOptions& options) {
        return message_of("a.npy", make_npy(type, false, shape, six), options);
    };
    EXPECT_EQ(error("<i2", "(7,)", at_100_hz()),
              "byte 10: the header declares the shape [7] of 2 bytes a value, but 12 bytes follow | the file was cut short or damaged: "
              "save it again");
    EXPECT_EQ(error("<i2", "(9223372036854775807, 2)", at_100_hz()),
              "byte 10: the header declares the shape [9223372036854775807, 2] of 2 bytes a value, but 12 bytes follow | the file was cut "
              "short or damaged: "
              "save it again");
    EXPECT_EQ(error("<i2", "(6,)", {}), "an array tells no rate | give the rate in Hz (rate_hz)");
    EXPECT_EQ(error("<c8", "(6,)", at_100_hz()), "byte 25: values of type \"<c8\" are not read | save it as int16, int32 or float32");
    EXPECT_EQ(error("<i2", "(1, 1, 1, 1, 6)", at_100_hz()),
              "an array of shape [1, 1, 1, 1, 6] is no recording | save it as [frames], [frames, channels], [N, frames, channels] or, of "
              "uint8, [N, height, "
              "width, 1 or 3]");
    EXPECT_EQ(error("<U3", "(1,)", at_100_hz()), "holds text, not readings | use it as the labels beside an array in an npz file");
    EXPECT_EQ(error("<i2", "(6,", at_100_hz()), "byte 63: the header of the array is damaged | save the array again");
    EXPECT_EQ(
        message_of("a.npy", make_npy("<f4", false, "(3,)", bytes_of<float>({1, std::numeric_limits<float>::quiet_NaN(), 2})), at_100_hz()),
        "frame 1, channel 0 is not a finite number | repair the array, or remove what is not finite");
    store::ReadOptions small = at_100_hz();
    small.limit_bytes = 11;
    EXPECT_EQ(error("<i2", "(6,)", small), "holds more than 11 B of readings | split the array, or raise the size limit");
}

TEST(Npy, CutAndChangedBytes) {
    expect_robust("npy", "a.npy", make_npy("<i2", true, "(2, 2)", bytes_of<std::int16_t>({1, 2, 3, 4})), at_100_hz());
    expect_robust("npy", "a.npy", make_npy("<f8", false, "(1, 2, 1)", bytes_of<double>({1, 2})), at_100_hz());
}

/// A matrix of a MATLAB level 4 file; `precision` as the format counts it (3: 16 bit).
Bytes make_mat(std::uint32_t precision, std::uint32_t rows, std::uint32_t columns, std::string_view name, const Bytes& data) {
    Bytes bytes = bytes_of<std::uint32_t>({precision * 10, rows, columns, 0, static_cast<std::uint32_t>(name.size() + 1)});
    for (const Bytes& part : {to_bytes(name), Bytes(1), data}) bytes.insert(bytes.end(), part.begin(), part.end());
    return bytes;
}

TEST(Mat, TheLongerSideIsTime) {
    const Bytes six = bytes_of<std::int16_t>({1, 2, 3, 4, 5, 6});
    const auto wide = read_one("a.mat", make_mat(3, 2, 3, "val", six), at_100_hz());
    EXPECT_EQ(wide.signal.frames, 3u);
    EXPECT_EQ(wide.signal.type(), store::SampleType::i16);
    EXPECT_EQ(values_of(wide.signal), (Values{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(values_of(read_one("a.mat", make_mat(3, 3, 2, "val", six), at_100_hz()).signal), (Values{1, 4, 2, 5, 3, 6}));
    Bytes two = make_mat(3, 1, 6, "a", six);
    const Bytes second = make_mat(0, 1, 1, "b", bytes_of<double>({2.5}));
    two.insert(two.end(), second.begin(), second.end());
    const auto both = read_all("a.mat", two, at_100_hz());
    ASSERT_EQ(both.size(), 2u);
    EXPECT_EQ(both[1].name, "b");
    EXPECT_EQ(both[1].signal.at(0), 2.5f);
    EXPECT_EQ(message_of("a.mat", make_mat(3, 1, 7, "val", six), at_100_hz()),
              "byte 0: the header declares 1 x 7 values, but only 12 bytes follow | the file was cut short or damaged: copy it again");
    if (const auto bytes = shared_member("ecg_af_2017", "A00004.mat")) {
        const auto recording = read_one("A00004.mat", *bytes, at_100_hz());
        EXPECT_EQ(recording.signal.frames, 9000u);
        EXPECT_EQ(recording.signal.channels.size(), 1u);
        EXPECT_EQ(recording.signal.type(), store::SampleType::i16);
    }
}

TEST(Mat, CutAndChangedBytes) {
    expect_robust("mat", "a.mat", make_mat(3, 2, 3, "val", bytes_of<std::int16_t>({1, 2, 3, 4, 5, 6})), at_100_hz());
}

TEST(Npz, LabelsStandBesideTheArray) {
    const Bytes x = make_npy("<i2", false, "(2, 3, 1)", bytes_of<std::int16_t>({1, 2, 3, 4, 5, 6}));
    const Bytes numbers = make_npy("<i8", false, "(2,)", bytes_of<std::int64_t>({4, -7}));
    const Bytes texts = make_npy("<U2", false, "(2,)", bytes_of<std::uint32_t>({'u', 'p', 0xe4, 0x1f600}));
    const auto first = read_all("a.npz", make_archive("zip", {{"y_train.npy", numbers, "", ""}, {"x_train.npy", x, "", ""}}), at_100_hz());
    ASSERT_EQ(first.size(), 2u);
    EXPECT_EQ(first[1].name, "x_train/1");
    EXPECT_EQ(first[1].label, "-7");
    const auto second = read_all("a.npz", make_archive("zip", {{"data.npy", x, "", ""}, {"labels.npy", texts, "", ""}}), at_100_hz());
    EXPECT_EQ(second[0].label, "up");
    EXPECT_EQ(second[1].label, "\xc3\xa4\xf0\x9f\x98\x80");
    const Bytes series = make_npy("<i2", false, "(3,)", bytes_of<std::int16_t>({1, 2, 3}));
    const Bytes rows = make_npy("|S1", false, "(3,)", to_bytes("aab"));
    const auto third = read_one("a.npz", make_archive("zip", {{"X.npy", series, "", ""}, {"y.npy", rows, "", ""}}), at_100_hz());
    ASSERT_EQ(third.signal.labels.size(), 2u);
    EXPECT_EQ(third.signal.labels[0].end, 2u);
    EXPECT_EQ(third.signal.labels[1].label, "b");
    EXPECT_EQ(message_of("a.npz", make_archive("zip", {{"x.npy", series, "", ""}, {"y.npy", numbers, "", ""}}), at_100_hz()),
              "x: 2 labels stand beside an array of shape [3] | save one label for each");
    EXPECT_EQ(message_of("a.npz", make_archive("zip", {{"x.npy", to_bytes("hello, not an array"), "", ""}}), at_100_hz()),
              "x: byte 0: is not a NumPy array | save it with numpy.save");
}

TEST(Npz, CutAndChangedBytes) {
    expect_robust("npz", "a.npz", make_archive("zip", {{"x.npy", make_npy("<i2", false, "(2,)", bytes_of<std::int16_t>({1, 2})), "", ""}}),
                  at_100_hz());
}

}  // namespace
