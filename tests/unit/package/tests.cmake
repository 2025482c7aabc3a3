mote_test(package mote_package mote_learn)
target_sources(test_package PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/unit/codegen/pipelines.cpp
    ${CMAKE_CURRENT_SOURCE_DIR}/unit/codegen/small_networks.cpp)
target_include_directories(test_package PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/unit/codegen)
target_compile_definitions(test_package PRIVATE MOTE_TEST_STUBS="${CMAKE_CURRENT_SOURCE_DIR}/unit/package/stubs")
