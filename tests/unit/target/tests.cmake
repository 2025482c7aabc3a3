mote_test(target mote_target)
target_compile_definitions(test_target PRIVATE MOTE_TEST_PROGRAMS="${CMAKE_CURRENT_SOURCE_DIR}/unit/target/programs")
