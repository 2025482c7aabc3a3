mote_test(store mote_store)
target_compile_definitions(test_store PRIVATE MOTE_TEST_SHARED="${CMAKE_SOURCE_DIR}/../shared")
