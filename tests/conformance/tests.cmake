# What published test cases say; docs/onnx.md is what the program prints: `./dev conformance` brings it up to date.
add_executable(onnx_page ${CMAKE_CURRENT_LIST_DIR}/onnx_page.cpp ${CMAKE_CURRENT_LIST_DIR}/onnx_case.cpp)
target_link_libraries(onnx_page PRIVATE mote_graph)
add_test(NAME docs.onnx COMMAND sh -c "page=$($<TARGET_FILE:onnx_page>) || { status=$?; [ -z \"$CI\" ] && exit $status; exit 1; }; printf '%s\\n' \"$page\" | diff -u ${CMAKE_SOURCE_DIR}/docs/onnx.md -")
set_tests_properties(docs.onnx PROPERTIES SKIP_RETURN_CODE 77)
