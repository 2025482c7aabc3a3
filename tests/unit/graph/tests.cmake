mote_test(graph mote_graph)
target_include_directories(test_graph PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit)
target_compile_definitions(test_graph PRIVATE MOTE_SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
