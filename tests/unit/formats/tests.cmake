mote_test(formats mote_store)
set_source_files_properties(unit/formats/helpers.cpp PROPERTIES COMPILE_DEFINITIONS MOTE_TEST_SHARED="${CMAKE_SOURCE_DIR}/../shared")
