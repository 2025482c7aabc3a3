// The entry of every test program.
#include <gtest/gtest.h>

/// libsndfile forgets some memory of libvorbis when an Ogg file's headers are bad; that is not ours to free. Asked by the leak sanitizer.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libvorbis.so\n"; }

int main(int count, char** words) {
    testing::InitGoogleTest(&count, words);
    return RUN_ALL_TESTS();
}
