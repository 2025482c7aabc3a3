// Runs the model on this machine: from its sensors, from files, or for a client on a socket.
#include "json.hpp"
#include "listen.hpp"
#include "server.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

using namespace runner;

constexpr const char* usage_text =
    "usage: runner SOURCE [options]      listens and prints events\n"
    "       runner SOCKET                speaks Edge Impulse's Linux runner protocol on a Unix socket, made at that path\n"
    "       runner --info | --self-test  what the model is; whether this build computes what the trainer did\n"
    "\n"
    "sources\n"
    "  --microphone [NAME]   ALSA; \"default\" where no name is given\n"
    "  --camera [DEVICE]     Video for Linux 2; /dev/video0 where none is given; --size WxH asks for a size\n"
    "  --serial DEVICE       one reading a line, values separated by commas, tabs or spaces; --baud N, 115200 if not given\n"
    "  --csv FILE            one reading a row; a first column that is named time... is passed over; - is the standard input\n"
    "  --raw FILE            samples as the model takes them, little-endian; - is the standard input\n"
    "  --frames FILE         raw images of --size WxH (the model's if not given) and --format rgb24|yuyv|grey\n"
    "\n"
    "options\n"
    "  --json                one JSON object a line\n"
    "  --all                 prints every decision, not events alone\n"
    "  --threshold P         tells only events of at least this probability\n"
    "  --events N            ends after so many events\n"
    "  --any-rate            listens even where a live source gives samples at another rate than the model was trained for\n";

enum class Mode { none, socket, listen, info, self_test };
using Open = std::unique_ptr<Source> (*)(const SourceOptions&, const Facts&);

struct Arguments {
    Mode mode = Mode::none;
    Open open = nullptr;
    std::string socket;
    SourceOptions source;
    ListenOptions listen;
};

struct Usage : std::runtime_error {
    explicit Usage(const std::string& what) : std::runtime_error(what) {}
};

/// The arguments one after the other.
class Words {
  public:
    Words(int count, char** words) : count_(count), words_(words) {}
    bool has_more() const { return at_ < count_; }
    std::string next() { return words_[at_++]; }
    /// What follows an option that may stand alone.
    std::string value_or(const char* otherwise) { return has_more() && !is_option(words_[at_]) ? next() : std::string(otherwise); }
    std::string value(const std::string& option) {
        if (!has_more() || is_option(words_[at_])) throw Usage(option + " needs a value");
        return next();
    }

  private:
    static bool is_option(const char* word) { return word[0] == '-' && word[1] != '\0'; }
    int count_;
    char** words_;
    int at_ = 1;
};

double number(const std::string& option, const std::string& text, double low, double high) {
    char* rest = nullptr;
    const double value = std::strtod(text.c_str(), &rest);
    if (text.empty() || *rest != '\0' || !(value >= low && value <= high))
        throw Usage(option + " " + text + " is no number from " + number_text(low) + " to " + number_text(high));
    return value;
}

void parse_size(const std::string& text, SourceOptions& options) {
    const std::size_t x = text.find('x');
    if (x == std::string::npos) throw Usage("--size is WIDTHxHEIGHT, such as 640x480");
    options.width = static_cast<std::size_t>(number("--size", text.substr(0, x), 1, 8192));
    options.height = static_cast<std::size_t>(number("--size", text.substr(x + 1), 1, 8192));
}

bool parse_source(const std::string& word, Words& words, Arguments& a) {
    const struct {
        const char* name;
        Open open;
        const char* otherwise;
    } sources[] = {{"--microphone", open_microphone, "default"},
                   {"--camera", open_camera, "/dev/video0"},
                   {"--serial", open_serial, nullptr},
                   {"--csv", open_csv, nullptr},
                   {"--raw", open_raw, nullptr},
                   {"--frames", open_frames, nullptr}};
    for (const auto& source : sources) {
        if (word != source.name) continue;
        if (a.mode != Mode::none) throw Usage("one source or one socket, not two");
        a.mode = Mode::listen, a.open = source.open;
        a.source.device = source.otherwise ? words.value_or(source.otherwise) : words.value(word);
        return true;
    }
    return false;
}

void parse_option(const std::string& word, Words& words, Arguments& a) {
    if (word == "--json")
        a.listen.as_json = true;
    else if (word == "--all")
        a.listen.all = true;
    else if (word == "--any-rate")
        a.listen.any_rate = true;
    else if (word == "--threshold")
        a.listen.threshold = number(word, words.value(word), 0, 1);
    else if (word == "--events")
        a.listen.limit = static_cast<std::uint64_t>(number(word, words.value(word), 1, 1e9));
    else if (word == "--baud")
        a.source.baud = static_cast<unsigned>(number(word, words.value(word), 1, 4e6));
    else if (word == "--size")
        parse_size(words.value(word), a.source);
    else if (word == "--format")
        a.source.format = words.value(word);
    else
        throw Usage("there is no option " + word);
}

Arguments parse(int count, char** words_given) {
    Words words(count, words_given);
    Arguments a;
    while (words.has_more()) {
        const std::string word = words.next();
        if (parse_source(word, words, a)) continue;
        const Mode alone = word == "--info"        ? Mode::info
                           : word == "--self-test" ? Mode::self_test
                           : word[0] != '-'        ? Mode::socket
                                                   : Mode::none;
        if (alone == Mode::none) {
            parse_option(word, words, a);
            continue;
        }
        if (a.mode != Mode::none) throw Usage("one source or one socket, not two");
        a.mode = alone, a.socket = word;
    }
    if (a.mode == Mode::none) throw Usage("what shall it listen to?");
    return a;
}

void print_info(const Facts& f) {
    static const char* const kinds[] = {"int16", "uint8", "float"};
    std::string labels;
    for (const std::string& label : f.labels) labels += (labels.empty() ? "" : ", ") + label;
    std::printf("project %s, model %s\n", f.project.c_str(), f.model_hash.c_str());
    if (f.is_image())
        std::printf("images %zu x %zu, %zu channel(s), fit %s\n", f.width, f.height, f.channels, f.fit.c_str());
    else
        std::printf("%s frames a second of %zu channel(s), %s; a window is %zu frames, a decision comes every %zu\n",
                    number_text(f.rate_hz).c_str(), f.channels, kinds[static_cast<int>(f.sample)], f.frames, f.stride_frames);
    std::printf("labels %s\n", labels.c_str());
}

int run(const Arguments& a) {
    if (a.mode == Mode::socket) return serve(a.socket);
    const std::unique_ptr<Engine> engine = make_engine();
    if (a.mode == Mode::info) return print_info(engine->facts()), 0;
    if (a.mode == Mode::self_test) {
        const std::string wrong = engine->self_test();
        std::printf("%s\n", wrong.empty() ? "self-test passed" : ("self-test failed: " + wrong).c_str());
        return wrong.empty() ? 0 : 1;
    }
    const std::unique_ptr<Source> source = a.open(a.source, engine->facts());
    return listen(*engine, *source, a.listen);
}

}  // namespace

int main(int count, char** words) {
    if (count == 2 && (std::strcmp(words[1], "--help") == 0 || std::strcmp(words[1], "-h") == 0)) return std::fputs(usage_text, stdout), 0;
    try {
        return run(parse(count, words));
    } catch (const Usage& wrong) {
        std::fprintf(stderr, "error: %s\n%s", wrong.what(), usage_text);
        return 2;
    } catch (const std::exception& wrong) {
        std::fprintf(stderr, "error: %s\n", wrong.what());
        return 1;
    }
}
