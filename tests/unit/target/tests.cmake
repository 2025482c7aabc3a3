mote_test(target mote_target mote_codegen mote_compress)
target_include_directories(test_target PRIVATE unit)
target_sources(test_target PRIVATE unit/codegen/quantised_networks.cpp unit/codegen/pipelines.cpp unit/codegen/recurrent_networks.cpp
                                   unit/codegen/small_networks.cpp)
target_compile_definitions(test_target PRIVATE MOTE_TEST_PROGRAMS="${CMAKE_CURRENT_SOURCE_DIR}/unit/target/programs")
