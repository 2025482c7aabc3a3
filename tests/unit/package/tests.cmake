mote_test(package mote_package mote_learn)
target_sources(test_package PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/unit/codegen/pipelines.cpp
    ${CMAKE_CURRENT_SOURCE_DIR}/unit/codegen/small_networks.cpp ${CMAKE_CURRENT_SOURCE_DIR}/unit/codegen/toolchain.cpp)
target_include_directories(test_package PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/unit/codegen)
