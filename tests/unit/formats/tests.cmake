mote_test(formats mote_store)
target_compile_definitions(test_formats PRIVATE MOTE_TEST_SHARED="${CMAKE_SOURCE_DIR}/../shared")
