mote_test(graph mote_graph)
target_compile_definitions(test_graph PRIVATE MOTE_SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
