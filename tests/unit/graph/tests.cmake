mote_test(graph mote_graph)
target_include_directories(test_graph PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit)
set_source_files_properties(unit/graph/onnx_test.cpp unit/graph/tflite_test.cpp unit/graph/golden_test.cpp PROPERTIES
                            COMPILE_DEFINITIONS MOTE_SOURCE_FOLDER="${CMAKE_SOURCE_DIR}")
target_sources(test_graph PRIVATE interop/file_layers.cpp)
target_include_directories(test_graph PRIVATE ${CMAKE_SOURCE_DIR}/tests)
