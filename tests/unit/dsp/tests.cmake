mote_test(dsp mote_dsp)
target_compile_definitions(test_dsp PRIVATE MOTE_SOURCE_FOLDER="${CMAKE_SOURCE_DIR}" MOTE_CXX_COMPILER="${CMAKE_CXX_COMPILER}")
