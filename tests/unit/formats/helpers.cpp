#include "helpers.hpp"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

namespace mote::test {

namespace fs = std::filesystem;

Bytes to_bytes(std::string_view text) {
    const auto bytes = base::as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

const store::Format& format_named(std::string_view name) {
    for (const store::Format* format : store::file_formats())
        if (format->name == name) return *format;
    throw base::Error("not_found", "no format " + std::string(name));
}

std::vector<store::Recording> read_all(std::string_view file_name, const Bytes& bytes, const store::ReadOptions& options) {
    const auto head = std::span(bytes).first(std::min<std::size_t>(bytes.size(), 4096));
    const store::Format* format = store::find_format(file_name, head);
    if (!format) throw base::Error("unsupported", "no format knows it", "");
    std::vector<store::Recording> recordings;
    format->read(file_name, bytes, options, [&](store::Recording&& recording) { recordings.push_back(std::move(recording)); });
    return recordings;
}

store::Recording read_one(std::string_view file_name, const Bytes& bytes, const store::ReadOptions& options) {
    auto recordings = read_all(file_name, bytes, options);
    if (recordings.size() != 1) throw base::Error("internal", "expected one recording, got " + std::to_string(recordings.size()));
    return std::move(recordings[0]);
}

std::string message_of(std::string_view file_name, const Bytes& bytes, const store::ReadOptions& options) {
    try {
        read_all(file_name, bytes, options);
    } catch (const base::Error& error) {
        return error.message() + " | " + error.hint();
    }
    return "read";
}

std::vector<float> values_of(const store::Signal& signal) {
    std::vector<float> values(signal.value_count());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = signal.at(i);
    return values;
}

namespace {

fs::path shared_folder() {
    if (const char* folder = std::getenv("MOTE_SHARED")) return folder;
    return MOTE_TEST_SHARED;
}

void check_consistent(const store::Recording& recording) {
    const store::Signal& signal = recording.signal;
    const std::size_t values = std::visit([](const auto& v) { return v.size(); }, signal.values);
    EXPECT_EQ(values, signal.value_count());
    EXPECT_GT(signal.channels.size(), 0u);
    EXPECT_GT(signal.frames, 0u);
    EXPECT_EQ(signal.is_image(), signal.width > 0);
    if (signal.is_image()) {
        EXPECT_EQ(signal.frames, signal.height * signal.width);
    } else {
        EXPECT_GT(signal.rate_hz, 0);
    }
    std::size_t last = 0;
    for (const auto& span : signal.labels) {
        EXPECT_LE(last, span.begin);
        EXPECT_LT(span.begin, span.end);
        EXPECT_LE(span.end, signal.frames);
        last = span.end;
    }
}

void read_or_error(const store::Format& format, std::string_view file_name, const Bytes& bytes, const store::ReadOptions& options,
                   const std::string& what) {
    try {
        format.read(file_name, bytes, options, [](store::Recording&& recording) { check_consistent(recording); });
    } catch (const base::Error& error) {
        EXPECT_FALSE(error.message().empty()) << what;
        EXPECT_FALSE(error.hint().empty()) << what << ": " << error.message();
        EXPECT_NE(error.code(), "internal") << what << ": " << error.message();
    } catch (const std::exception& error) {
        ADD_FAILURE() << what << " gave another kind of exception: " << error.what();
    }
}

}  // namespace

std::optional<Bytes> shared_member(std::string_view data_set, std::string_view ending) {
    const fs::path file = shared_folder() / "data" / (std::string(data_set) + ".tar.xz");
    if (!fs::exists(file)) {
        if (std::getenv("CI"))
            ADD_FAILURE() << data_set << ".tar.xz is absent: set MOTE_SHARED";
        else
            std::cout << "skipped: " << data_set << ".tar.xz is absent (set MOTE_SHARED)\n";
        return std::nullopt;
    }
    const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
    archive_read_support_filter_xz(reader.get());
    archive_read_support_format_tar(reader.get());
    EXPECT_EQ(archive_read_open_filename(reader.get(), file.c_str(), 1 << 16), ARCHIVE_OK) << archive_error_string(reader.get());
    archive_entry* entry = nullptr;
    while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
        if (!std::string_view(archive_entry_pathname(entry)).ends_with(ending)) continue;
        Bytes bytes(static_cast<std::size_t>(archive_entry_size(entry)));
        EXPECT_EQ(archive_read_data(reader.get(), bytes.data(), bytes.size()), static_cast<la_ssize_t>(bytes.size()));
        return bytes;
    }
    ADD_FAILURE() << data_set << " has no member " << ending;
    return std::nullopt;
}

void expect_robust(std::string_view format_name, std::string_view file_name, const Bytes& bytes, const store::ReadOptions& options) {
    const store::Format& format = format_named(format_name);
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
        read_or_error(format, file_name, cut, options, std::string(file_name) + " cut to " + std::to_string(n) + " bytes");
    }
    Bytes changed = bytes;
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        changed[bit / 8] ^= std::byte{1} << (bit % 8);
        read_or_error(format, file_name, changed, options, std::string(file_name) + " with bit " + std::to_string(bit) + " changed");
        changed[bit / 8] = bytes[bit / 8];
    }
}

}  // namespace mote::test
