// In the emulator events are printed: label, probability in per cent, frame.
#include "action.hpp"
#include "semihosting.hpp"

namespace action {

namespace {

void print_number(uint64_t value) {
    char text[21];
    int at = 20;
    text[at] = 0;
    do text[--at] = static_cast<char>('0' + static_cast<int>(value % 10u));
    while ((value /= 10u) > 0);
    semihosting::print(text + at);
}

}  // namespace

void start() {}

void heard(const model::Event& event) {
    semihosting::print(model::labels[event.label]);
    semihosting::print(" ");
    print_number(static_cast<uint64_t>(event.score * 100.0f + 0.5f));
    semihosting::print(" ");
    print_number(event.frame);
    semihosting::print("\n");
}

void failed(const char* what) {
    semihosting::print("failed: ");
    semihosting::print(what);
    semihosting::print("\n");
    semihosting::exit(1);
}

}  // namespace action
