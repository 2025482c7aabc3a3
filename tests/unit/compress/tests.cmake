mote_test(compress mote_compress)
target_include_directories(test_compress PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit ${CMAKE_SOURCE_DIR})
