mote_test(store mote_store)
set_source_files_properties(unit/store/data_sets_test.cpp PROPERTIES COMPILE_DEFINITIONS MOTE_TEST_SHARED="${CMAKE_SOURCE_DIR}/../shared")
