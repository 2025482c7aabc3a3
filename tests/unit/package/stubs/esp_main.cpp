// What ESP-IDF does with a program, as far as one can see from it.
extern "C" void app_main();

int main() {
    app_main();
    return 0;
}
