#include "makers.hpp"

#include <gtest/gtest.h>
#include <png.h>

namespace {

using namespace mote;
using namespace mote::test;

using Values = std::vector<float>;

TEST(Png, EveryKindOfPixelBecomesEightBits) {
    const auto grey = read_one("a.png", make_png(3, 2, PNG_COLOR_TYPE_GRAY, 8, bytes_of<std::uint8_t>({0, 1, 2, 253, 254, 255})));
    EXPECT_EQ(values_of(grey.signal), (Values{0, 1, 2, 253, 254, 255}));
    EXPECT_EQ(grey.signal.width, 3u);
    EXPECT_EQ(grey.signal.height, 2u);
    EXPECT_EQ(grey.signal.channels[0].name, "grey");
    EXPECT_EQ(grey.signal.rate_hz, 0);
    const auto rgb = read_one("a.png", make_png(1, 2, PNG_COLOR_TYPE_RGB, 8, bytes_of<std::uint8_t>({1, 2, 3, 4, 5, 6})));
    EXPECT_EQ(values_of(rgb.signal), (Values{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(rgb.signal.channels[2].name, "blue");
    const auto alpha = read_one("a.png", make_png(1, 2, PNG_COLOR_TYPE_RGBA, 8, bytes_of<std::uint8_t>({1, 2, 3, 0, 4, 5, 6, 9})));
    EXPECT_EQ(values_of(alpha.signal), (Values{1, 2, 3, 4, 5, 6}));
    const auto deep = read_one("a.png", make_png(2, 1, PNG_COLOR_TYPE_GRAY, 16, bytes_of<std::uint8_t>({0x80, 0x00, 0xff, 0xff})));
    EXPECT_EQ(values_of(deep.signal), (Values{128, 255}));
    const auto bits = read_one("a.png", make_png(8, 1, PNG_COLOR_TYPE_GRAY, 1, bytes_of<std::uint8_t>({0xa0})));
    EXPECT_EQ(values_of(bits.signal), (Values{255, 0, 255, 0, 0, 0, 0, 0}));
    const auto palette = read_one("a.png", make_png(2, 1, PNG_COLOR_TYPE_PALETTE, 8, bytes_of<std::uint8_t>({2, 3})));
    EXPECT_EQ(values_of(palette.signal), (Values{0, 0, 255, 9, 8, 7}));
}

TEST(Png, DeclaredSizesAreCheckedBeforeDecoding) {
    Bytes bytes = make_png(3, 2, PNG_COLOR_TYPE_GRAY, 8, Bytes(6));
    bytes[16] = std::byte{0x10};
    EXPECT_EQ(message_of("a.png", bytes),
              "the header declares 268435459 x 2 pixels, at most 32768 a side are read | make the image smaller");
    bytes[16] = std::byte{0}, bytes[19] = std::byte{0};
    EXPECT_EQ(message_of("a.png", bytes), "the header declares 0 x 2 pixels | the file is damaged: copy it again");
    store::ReadOptions small;
    small.limit_bytes = 17;
    EXPECT_EQ(message_of("a.png", make_png(3, 2, PNG_COLOR_TYPE_GRAY, 8, Bytes(6)), small),
              "the header declares 3 x 2 pixels, more than 17 B decoded | make the image smaller, or raise the size limit");
    const Bytes whole = make_png(3, 2, PNG_COLOR_TYPE_GRAY, 8, Bytes(6));
    EXPECT_EQ(message_of("a.png", Bytes(whole.begin(), whole.end() - 14)),
              "byte 52: cannot be decoded: the file is cut short | the file is damaged: copy it again, or export it as png");
}

TEST(Jpeg, GreyAndColour) {
    const auto grey = read_one("a.jpg", make_jpeg(8, 8, 1, std::vector<std::uint8_t>(64, 77)));
    EXPECT_EQ(grey.signal.channels.size(), 1u);
    EXPECT_EQ(values_of(grey.signal), Values(64, 77));
    std::vector<std::uint8_t> red;
    for (int i = 0; i < 64; ++i) red.insert(red.end(), {200, 10, 20});
    const auto colour = read_one("a.jpeg", make_jpeg(8, 8, 3, red));
    ASSERT_EQ(colour.signal.channels.size(), 3u);
    EXPECT_NEAR(colour.signal.at(0), 200, 3);
    EXPECT_NEAR(colour.signal.at(1), 10, 3);
    EXPECT_EQ(colour.signal.height, 8u);
}

TEST(Jpeg, BadFilesAreNamed) {
    Bytes bytes = make_jpeg(16, 16, 1, std::vector<std::uint8_t>(256, 9));
    const Bytes cut(bytes.begin(), bytes.end() - 4);
    EXPECT_EQ(message_of("a.jpg", cut), "cannot be decoded: Premature end of JPEG file | the file is damaged or cut short: copy it again");
    store::ReadOptions small;
    small.limit_bytes = 100;
    EXPECT_EQ(message_of("a.jpg", bytes, small),
              "the header declares 16 x 16 pixels, more than 100 B decoded | make the image smaller, or raise the size limit");
}

TEST(Images, CutAndChangedBytes) {
    expect_robust("png", "a.png", make_png(3, 2, PNG_COLOR_TYPE_RGB, 8, Bytes(18)));
    expect_robust("png", "a.png", make_png(3, 2, PNG_COLOR_TYPE_PALETTE, 8, Bytes(6)));
    expect_robust("jpeg", "a.jpg", make_jpeg(8, 8, 3, std::vector<std::uint8_t>(192, 9)));
}

TEST(Idx, ImagesWithTheirLabels) {
    const Bytes images = make_idx({2, 1, 3}, {1, 2, 3, 4, 5, 6}), labels = make_idx({2}, {7, 9});
    for (const bool packed : {false, true}) {
        const Bytes file = packed ? make_gzip(images) : images, beside = packed ? make_gzip(labels) : labels;
        const std::string name = std::string("folder/train-images-idx3-ubyte") + (packed ? ".gz" : "");
        const store::Format& format = format_named("idx");
        const auto names = format.companion_names(name);
        EXPECT_EQ(names[0], std::string("train-labels-idx1-ubyte") + (packed ? ".gz" : ""));
        store::ReadOptions options;
        options.companions[names[1]] = beside;
        const auto recordings = read_all(name, file, options);
        ASSERT_EQ(recordings.size(), 2u);
        EXPECT_EQ(values_of(recordings[1].signal), (Values{4, 5, 6}));
        EXPECT_EQ(recordings[1].name, "1");
        EXPECT_EQ(recordings[1].label, "9");
        EXPECT_EQ(recordings[1].signal.width, 3u);
        EXPECT_FALSE(read_all(name, file)[0].label);
    }
    EXPECT_EQ(format_named("idx").companion_of("t10k-labels.idx1-ubyte")[0], "t10k-images.idx3-ubyte");
}

TEST(Idx, BadFilesAreNamed) {
    const std::string name = "train-images-idx3-ubyte";
    const Bytes images = make_idx({2, 1, 3}, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(message_of("train-labels-idx1-ubyte", make_idx({2}, {7, 9})),
              "holds labels and no images | put train-images-idx3-ubyte beside it; the labels are read with the images");
    EXPECT_EQ(message_of(name, Bytes(images.begin(), images.end() - 1)),
              "declares 2 images, but ends inside image 1 | copy the file again");
    Bytes longer = images;
    longer.push_back(std::byte{0});
    EXPECT_EQ(message_of(name, longer), "byte 22: something follows the 2 images declared | the header is wrong: copy the file again");
    const Bytes packed = make_gzip(images);
    EXPECT_EQ(message_of(name, Bytes(packed.begin(), packed.end() - 12)),
              "byte " + std::to_string(packed.size() - 12) + " of the packed file: the gzip stream is cut short | copy the file again");
    EXPECT_EQ(message_of(name, make_idx({0xffffffff, 1, 1}, {})),
              "byte 4: declares 4294967295 images, allowed is 1 to 100000000 | the file is damaged: copy it again");
    EXPECT_EQ(message_of(name, make_idx({0x05000000, 0x7fff, 0x7fff}, {})),
              "declares 83886080 images, more than 1.0 GB decoded | split the file, or raise the size limit");
    store::ReadOptions options;
    const Bytes labels = make_idx({3}, {1, 2, 3});
    options.companions["train-labels-idx1-ubyte"] = labels;
    EXPECT_EQ(message_of(name, images, options),
              "train-labels-idx1-ubyte: byte 4: declares 3 labels for 2 images | the two files do not belong together: copy them again");
}

TEST(Idx, CutAndChangedBytes) {
    const Bytes images = make_idx({2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    expect_robust("idx", "a-images-idx3-ubyte", images);
    expect_robust("idx", "a-images-idx3-ubyte.gz", make_gzip(images));
}

TEST(Idx, FashionMnist) {
    const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
    if (!std::filesystem::exists(folder)) {
        if (std::getenv("CI")) FAIL() << "the package dataset-fashion-mnist is not installed";
        GTEST_SKIP() << "the package dataset-fashion-mnist is not installed";
    }
    const Bytes images = base::read_file(folder / "t10k-images-idx3-ubyte.gz"),
                labels = base::read_file(folder / "t10k-labels-idx1-ubyte.gz");
    store::ReadOptions options;
    options.companions["t10k-labels-idx1-ubyte.gz"] = labels;
    std::size_t counts[10] = {};
    const auto head = std::span(images).first(4096);
    const store::Format* format = store::find_format("t10k-images-idx3-ubyte.gz", head);
    ASSERT_EQ(format, &format_named("idx"));
    format->read("t10k-images-idx3-ubyte.gz", images, options, [&](store::Recording&& recording) {
        EXPECT_EQ(recording.signal.value_count(), 784u);
        ++counts[std::stoi(*recording.label)];
    });
    for (const std::size_t count : counts) EXPECT_EQ(count, 1000u);
}

}  // namespace
