# The page of a WebAssembly package, in a headless browser.
add_test(NAME browser.page COMMAND ${CMAKE_CURRENT_LIST_DIR}/run.sh $<TARGET_FILE:mote> ${CMAKE_SOURCE_DIR})
set_tests_properties(browser.page PROPERTIES LABELS browser SKIP_RETURN_CODE 77 TIMEOUT 400)
