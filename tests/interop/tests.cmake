# Exported models in public runtimes. Fetches them once, into the user's cache, at the versions of package-lock.json.
add_test(NAME interop.tflite COMMAND ${CMAKE_CURRENT_LIST_DIR}/run.sh $<TARGET_FILE:mote> ${CMAKE_SOURCE_DIR})
set_tests_properties(interop.tflite PROPERTIES LABELS interop SKIP_RETURN_CODE 77 TIMEOUT 600)
add_test(NAME interop.onnx COMMAND ${CMAKE_CURRENT_LIST_DIR}/onnx/run.sh $<TARGET_FILE:mote> ${CMAKE_SOURCE_DIR})
set_tests_properties(interop.onnx PROPERTIES LABELS interop SKIP_RETURN_CODE 77 TIMEOUT 600)
