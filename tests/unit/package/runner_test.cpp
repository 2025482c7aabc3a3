// The Linux package, built and run: what its sensors give is what its files give, and a client that misbehaves harms nobody.
#include "packages.hpp"

#include "pipelines.hpp"

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "graph/operator.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mote::package {
namespace {

namespace fs = std::filesystem;

/// One built package of each kind for all tests: compiling is what takes time here.
struct Built {
    testing::Made made;
    fs::path folder, program;
};

class Runner : public ::testing::Test {
  protected:
    static void SetUpTestSuite() { place_ = std::make_unique<base::TemporaryFolder>(); }
    static void TearDownTestSuite() { built_.clear(), place_.reset(); }

    static const Built& built(const std::string& kind, const std::string& compiler = "g++") {
        const std::string key = kind + "-" + compiler;
        if (const auto found = built_.find(key); found != built_.end()) return *found->second;
        auto b = std::make_unique<Built>(Built{testing::Made(testing::pipeline_for(kind)), place_->path() / key, {}});
        write(find_format("linux"), b->made.package(find_destination("x86-64")), b->folder);
        // Each test may be a process of its own: what one compiled, the others find.
        const std::string cached = base::find_program("ccache") ? "ccache " : "";
        const auto result = base::run_process(
            {"make", "-s", "-j2", "-C", b->folder.string(), "CXX=" + cached + compiler, "CXXFLAGS=-O1 -Wall -Wextra -Wconversion -Werror"});
        EXPECT_TRUE(result.ok()) << result.error_output;
        b->program = b->folder / "runner";
        return *(built_[key] = std::move(b));
    }

    static base::ProcessResult run(const Built& b, std::vector<std::string> arguments, const std::vector<std::string>& before = {}) {
        std::vector<std::string> command = before;
        command.push_back(b.program.string());
        command.insert(command.end(), arguments.begin(), arguments.end());
        base::ProcessOptions options;
        options.timeout_s = 60;
        return base::run_process(command, options);
    }

    static fs::path file(const std::string& name) { return place_->path() / name; }
    static inline std::unique_ptr<base::TemporaryFolder> place_;
    static inline std::map<std::string, std::unique_ptr<Built>> built_;
};

base::Bytes many_windows(const Built& b, std::size_t count) {
    base::Bytes all;
    for (const base::Bytes& window : codegen::testing::random_windows(b.made.pipeline.input, count, 3))
        all.insert(all.end(), window.begin(), window.end());
    return all;
}

std::string csv_of(const base::Bytes& floats, std::size_t channels) {
    std::string text;
    for (std::size_t i = 0; i < floats.size() / 4; ++i) {
        float value = 0;
        std::memcpy(&value, floats.data() + 4 * i, 4);
        text += base::exact(static_cast<double>(value)) + (i % channels + 1 == channels ? "\n" : ",");
    }
    return text;
}

TEST_F(Runner, PassesItsSelfTestOnThisMachineAndOn64BitArm) {
    for (const char* kind : {"keyword", "motion", "image"}) {
        const auto result = run(built(kind), {"--self-test"});
        EXPECT_TRUE(result.ok() && result.output == "self-test passed\n") << kind << result.output << result.error_output;
    }
    if (!base::find_program("qemu-aarch64") || !base::find_program("aarch64-linux-gnu-g++")) GTEST_SKIP() << "no compiler or emulator";
    const Built& arm = built("motion", "aarch64-linux-gnu-g++");
    const std::vector<std::string> emulator = {"qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"};
    EXPECT_EQ(run(arm, {"--self-test"}, emulator).output, "self-test passed\n");
    base::write_file(file("arm.raw"), many_windows(arm, 3));
    const auto here = run(built("motion"), {"--raw", file("arm.raw").string(), "--all"});
    EXPECT_EQ(run(arm, {"--raw", file("arm.raw").string(), "--all"}, emulator).output, here.output);
    EXPECT_NE(here.output, "");
}

TEST_F(Runner, FirstDecisionIsTheTrainersAnswer) {
    const Built& b = built("motion");
    const base::Bytes window = codegen::testing::random_windows(b.made.pipeline.input, 1, 8).front();
    base::write_file(file("one.raw"), window);
    const auto result = run(b, {"--raw", file("one.raw").string(), "--all", "--json"});
    ASSERT_TRUE(result.ok()) << result.error_output;
    const base::Json said = base::Json::parse(result.output.substr(0, result.output.find('\n')));
    graph::Evaluator evaluator(b.made.pipeline.model);
    const auto outputs = evaluator.run_features(codegen::testing::features_of(b.made.pipeline, window));
    double sum = 0;
    for (const auto& [label, probability] : said.at("probabilities").items()) sum += probability.get<double>();
    EXPECT_NEAR(sum * 2, 1.0, 0.02) << "averaged over two decisions, of which one has been";
    const auto& probabilities = said.at("probabilities");
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        EXPECT_NEAR(probabilities.at(b.made.pipeline.labels.at(i)).get<double>() * 2, static_cast<double>(outputs[i]), 2e-4);
    }
}

TEST_F(Runner, MicrophoneHearsWhatTheFileHolds) {
    const Built& b = built("keyword");
    base::write_file(file("sound.raw"), many_windows(b, 3));
    // ALSA's file plugin gives a file where a sound card would give sound, and silence behind its end.
    base::write_file(file("asound.conf"), "pcm.wire { type file slave.pcm { type null } file /dev/null infile \"" +
                                              file("sound.raw").string() + "\" format raw }\n");
    const auto from_file = run(b, {"--raw", file("sound.raw").string(), "--all"});
    const std::vector<std::string> lines = base::split(from_file.output, '\n');
    ASSERT_GT(lines.size(), 8u) << from_file.error_output;
    const auto from_wire =
        run(b, {"--microphone", "wire", "--all"}, {"timeout", "-s", "INT", "2", "env", "ALSA_CONFIG_PATH=" + file("asound.conf").string()});
    EXPECT_EQ(from_wire.output.substr(0, from_file.output.size()), from_file.output) << from_wire.error_output;
    const auto none = run(b, {"--microphone", "nowhere"}, {"env", "ALSA_CONFIG_PATH=" + file("asound.conf").string()});
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_NE(none.error_output.find("microphone \"nowhere\": "), std::string::npos) << none.error_output;
}

TEST_F(Runner, PixelsOfAnySizeAndFormatBecomeTheModelsImage) {
    const Built& b = built("image");
    base::Bytes grey = many_windows(b, 3), rgb, doubled;
    for (const std::byte value : grey) rgb.insert(rgb.end(), 3, value);
    for (std::size_t y = 0; y < 3 * 28; ++y)
        for (std::size_t x = 0; x < 28; ++x) doubled.push_back(grey[y / 2 * 14 + x / 2]);
    base::write_file(file("grey"), grey), base::write_file(file("rgb"), rgb), base::write_file(file("doubled"), doubled);
    const std::string raw = run(b, {"--raw", file("grey").string(), "--all"}).output;
    EXPECT_EQ(base::split(raw, '\n').size(), 4u) << raw;
    EXPECT_EQ(run(b, {"--frames", file("grey").string(), "--format", "grey", "--all"}).output, raw);
    EXPECT_EQ(run(b, {"--frames", file("rgb").string(), "--all"}).output, raw);
    EXPECT_EQ(run(b, {"--frames", file("doubled").string(), "--format", "grey", "--size", "28x28", "--all"}).output, raw);
    const auto cut = run(b, {"--frames", file("rgb").string(), "--size", "15x14"});
    EXPECT_EQ(cut.exit_code, 1);
    EXPECT_NE(cut.error_output.find("the frames end in the middle of one"), std::string::npos) << cut.error_output;
    EXPECT_NE(run(b, {"--camera", "/dev/null"}).error_output.find("/dev/null is no camera"), std::string::npos);
}

TEST_F(Runner, CameraGivesWhatItsFramesHold) {
    const Built& b = built("image");
    const fs::path shim = file("camera.so");
    const auto compiled = base::run_process({"g++", "-std=c++17", "-shared", "-fPIC", "-O1", "-o", shim.string(),
                                             (base::data_folder() / "tests/unit/package/programs/camera.cpp").string(), "-ldl"});
    ASSERT_TRUE(compiled.ok()) << compiled.error_output;
    base::Random random(4);
    base::Bytes frames(20 * 18 * 2 * 5);
    for (std::byte& value : frames) value = static_cast<std::byte>(random.below(256));
    base::write_file(file("yuyv"), frames);
    const auto piped = run(b, {"--frames", file("yuyv").string(), "--format", "yuyv", "--size", "20x18", "--all"});
    EXPECT_EQ(base::split(piped.output, '\n').size(), 6u) << piped.error_output;
    const auto seen = run(b, {"--camera", file("yuyv").string(), "--all"},
                          {"env", "LD_PRELOAD=" + shim.string(), "MOTE_TEST_CAMERA=" + file("yuyv").string(), "MOTE_TEST_CAMERA_WIDTH=20",
                           "MOTE_TEST_CAMERA_HEIGHT=18"});
    EXPECT_EQ(seen.output, piped.output) << seen.error_output;
    EXPECT_NE(seen.error_output.find("gives no picture: No such device"), std::string::npos) << "it was pulled out at the end";
}

/// Writes lines to a pseudo-terminal, `per_second` of them; the other end's name.
class Wire {
  public:
    Wire(std::vector<std::string> lines, double per_second) : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
        EXPECT_EQ(::grantpt(master_) | ::unlockpt(master_), 0);
        name = ::ptsname(master_);
        // Held open, so that what is written is not lost before the runner opens it.
        slave_ = ::open(name.c_str(), O_RDWR | O_NOCTTY);
        writer_ = std::thread([this, lines = std::move(lines), per_second] {
            const auto begin = std::chrono::steady_clock::now();
            for (std::size_t i = 0; i < lines.size() && !over_; ++i) {
                std::this_thread::sleep_until(begin + std::chrono::duration<double>(static_cast<double>(i) / per_second));
                const std::string line = lines[i] + "\r\n";
                if (::write(master_, line.data(), line.size()) < 0) return;
            }
        });
    }
    ~Wire() {
        over_ = true;
        ::fcntl(master_, F_SETFL, O_NONBLOCK);
        writer_.join();
        ::close(slave_), ::close(master_);
    }
    std::string name;

  private:
    int master_, slave_ = -1;
    std::atomic<bool> over_ = false;
    std::thread writer_;
};

TEST_F(Runner, SerialLinesAreRowsOfCsv) {
    const Built& b = built("motion");
    const std::string csv = csv_of(many_windows(b, 4), 3);
    base::write_file(
        file("motion.csv"), "timestamp,accX,accY,accZ\n" + [&] {
            std::string out;
            for (const std::string& line : base::split(base::trim(csv), '\n')) out += "0," + line + "\n";
            return out;
        }());
    const auto rows = run(b, {"--csv", file("motion.csv").string(), "--all"});
    ASSERT_TRUE(rows.ok()) << rows.error_output;
    // Columns in another order, with others between them, are found by their names.
    std::string shuffled = "accZ,temperature,accX,\"accY\"\n";
    for (const std::string& line : base::split(base::trim(csv), '\n')) {
        const auto cells = base::split(line, ',');
        shuffled += cells[2] + ",21," + cells[0] + "," + cells[1] + "\n";
    }
    base::write_file(file("shuffled.csv"), shuffled);
    EXPECT_EQ(run(b, {"--csv", file("shuffled.csv").string(), "--all"}).output, rows.output);
    base::write_file(file("shuffled.csv"), std::string_view("accZ,t,accX,accY\n1,2,3\n"));
    EXPECT_NE(run(b, {"--csv", file("shuffled.csv").string()}).error_output.find("row 2: 3 values, not the 4 of the heading"),
              std::string::npos);
    const auto lines = base::split(std::string(base::trim(csv)), '\n');
    {
        const Wire wire(lines, 1e6);
        const auto serial = run(b, {"--serial", wire.name, "--all", "--any-rate"}, {"timeout", "-s", "INT", "2"});
        EXPECT_EQ(serial.output, rows.output) << serial.error_output;
    }
    std::vector<std::string> many;
    for (int i = 0; i < 40; ++i) many.insert(many.end(), lines.begin(), lines.end());
    {
        const Wire wire(many, 20000);
        const auto serial = run(b, {"--serial", wire.name}, {"timeout", "-s", "INT", "5"});
        EXPECT_EQ(serial.exit_code, 1);
        EXPECT_NE(serial.error_output.find("frames a second; the model was trained for 50: set the sensor's rate"), std::string::npos)
            << serial.error_output;
    }
    {
        const Wire wire(std::vector<std::string>(30, "hello to you"), 1e6);
        const auto serial = run(b, {"--serial", wire.name}, {"timeout", "-s", "INT", "5"});
        EXPECT_NE(serial.error_output.find("20 lines in a row without 3 values, the last \"hello to you\""), std::string::npos)
            << serial.error_output;
    }
}

TEST_F(Runner, WhatIsWrongInAFileIsSaid) {
    const Built& b = built("motion");
    const auto csv = [&](const std::string& text) {
        base::write_file(file("bad.csv"), text);
        return run(b, {"--csv", file("bad.csv").string()});
    };
    EXPECT_NE(csv("1,2,3\n4,5\n").error_output.find("row 2: 2 values, not 3 values (the model's channels)"), std::string::npos);
    EXPECT_NE(csv("1,2,3\n").error_output.find("error: fewer than the 50 frames of one window came"), std::string::npos);
    std::string holes;
    for (int i = 0; i < 60; ++i) holes += i == 30 ? "1,nan,\n" : "1,2,3\n";
    const auto replaced = csv(holes);
    EXPECT_EQ(replaced.exit_code, 0);
    EXPECT_NE(replaced.error_output.find("2 samples that were no numbers"), std::string::npos) << replaced.error_output;
    base::write_file(file("bad.raw"), std::string_view("1234567"));
    EXPECT_NE(run(b, {"--raw", file("bad.raw").string()}).error_output.find("the samples end in the middle of a frame: 7 bytes"),
              std::string::npos);
    EXPECT_EQ(run(b, {"--raw"}).exit_code, 2);
    EXPECT_EQ(run(b, {}).exit_code, 2);
    EXPECT_EQ(run(b, {"--camera"}).exit_code, 1);
    EXPECT_NE(run(b, {"--serial", file("bad.csv").string()}).error_output.find("is no serial port; for a file there is --csv"),
              std::string::npos);
}

/// A running socket server.
class Server {
  public:
    Server(const fs::path& program, const fs::path& socket) : path_(socket.string()), process_(::fork()) {
        if (process_ == 0) {
            ::execl(program.c_str(), program.c_str(), path_.c_str(), static_cast<char*>(nullptr));
            ::_exit(127);
        }
        for (int i = 0; i < 100 && !fs::exists(socket); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ~Server() { stop(); }
    pid_t process() const { return process_; }
    /// Its exit code.
    int stop() {
        if (process_ < 0) return -1;
        int status = 0;
        ::kill(process_, SIGINT);
        ::waitpid(process_, &status, 0);
        process_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

  private:
    std::string path_;
    pid_t process_;
};

class Connection {
  public:
    explicit Connection(const fs::path& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        const timeval patience{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~Connection() { ::close(socket_); }
    void send(const std::string& text) const { (void)!::send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
    /// Up to the zero byte that ends a reply; "" when the connection is over.
    std::string reply() const {
        std::string text;
        for (char c; ::recv(socket_, &c, 1, 0) == 1 && c != '\0';) text.push_back(c);
        return text;
    }

  private:
    int socket_;
};

TEST_F(Runner, AClientThatMisbehavesHarmsNobody) {
    const Built& b = built("motion");
    Server server(b.program, file("socket"));
    const Connection good(file("socket"));
    good.send(R"({"hello":1,"id":1})");
    const base::Json hello = base::Json::parse(good.reply());
    EXPECT_EQ(hello.at("model_parameters").at("input_features_count"), 150);
    EXPECT_EQ(hello.at("model_parameters").at("sensor"), 2) << "an accelerometer";

    const Connection garbage(file("socket"));
    garbage.send("GET / HTTP/1.1\n");
    EXPECT_NE(garbage.reply().find("a request is a JSON object"), std::string::npos);
    garbage.send("{]}\n");
    EXPECT_NE(garbage.reply().find("byte 1: no name in an object"), std::string::npos);
    garbage.send(R"({"id":7,"classify":"no"})");
    EXPECT_NE(garbage.reply().find(R"("id":7,"success":false,"error":"classify is no array of numbers")"), std::string::npos);
    garbage.send(R"({"id":8,"clasify":[]})");
    EXPECT_NE(garbage.reply().find("the request is none of hello"), std::string::npos);

    const Connection endless(file("socket"));
    endless.send("{\"classify\":[" + std::string(200000, '1'));
    EXPECT_NE(endless.reply().find("the request is longer than"), std::string::npos);
    EXPECT_EQ(endless.reply(), "") << "the connection is over";

    for (int i = 0; i < 20; ++i) Connection(file("socket")).send("{\"classify\":[1,2");  // gone in the middle of a request

    // Byte by byte, with another client's requests between.
    for (const char c : std::string(R"({"set_threshold":{"id":1,"min_score":0.5},"id":2})")) good.send(std::string(1, c));
    EXPECT_EQ(base::Json::parse(good.reply()), (base::Json{{"id", 2}, {"success", true}}));
    const std::string shared = "mote-" + std::to_string(server.process()) + "-";
    const auto shares = [&] {
        std::size_t count = 0;
        for (const auto& entry : fs::directory_iterator("/dev/shm"))
            count += entry.path().filename().string().starts_with(shared) ? 1u : 0u;
        return count;
    };
    EXPECT_GT(shares(), 0u);
    EXPECT_EQ(server.stop(), 0);
    EXPECT_FALSE(fs::exists(file("socket")));
    EXPECT_EQ(shares(), 0u) << "shared memory is left";
    base::write_file(file("taken"), std::string_view("x"));
    EXPECT_NE(run(b, {file("taken").string()}).error_output.find("is there and is no socket"), std::string::npos);
}

TEST_F(Runner, PixelsOfAClientAreThoseOfAFile) {
    const Built& b = built("image");
    const base::Bytes grey = many_windows(b, 1);
    base::write_file(file("pixels"), grey);
    const auto raw = run(b, {"--raw", file("pixels").string(), "--all", "--json"});
    const base::Json expected = base::Json::parse(raw.output.substr(0, raw.output.find('\n'))).at("probabilities");
    base::Json pixels = base::Json::array();
    for (const std::byte value : grey) pixels.push_back(static_cast<unsigned>(value) * 0x10101u);
    Server server(b.program, file("image_socket"));
    const Connection client(file("image_socket"));
    client.send(base::Json{{"id", 1}, {"hello", 1}}.dump());
    const base::Json model = base::Json::parse(client.reply()).at("model_parameters");
    EXPECT_EQ(model.at("input_features_count"), 14 * 14);
    EXPECT_EQ(model.at("image_resize_mode"), "squash");
    client.send(base::Json{{"id", 2}, {"classify", pixels}}.dump());
    const base::Json got = base::Json::parse(client.reply()).at("result").at("classification");
    ASSERT_EQ(got.size(), expected.size());
    // An image is one decision, and its averages are over as many as the settings say, of which it is the first.
    double sum = 0;
    for (const auto& [label, probability] : expected.items()) sum += probability.get<double>();
    for (const auto& [label, probability] : expected.items())
        EXPECT_NEAR(got.at(label).get<double>(), probability.get<double>() / sum, 0.01) << label;
}

}  // namespace
}  // namespace mote::package
