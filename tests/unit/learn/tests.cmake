if(TARGET mote_learn)
    mote_test(learn mote_learn)
    if(TARGET mote_torch)
        add_dependencies(test_learn mote_torch)
        set_source_files_properties(unit/learn/training_test.cpp unit/learn/gradient_test.cpp PROPERTIES
                                    COMPILE_DEFINITIONS MOTE_TORCH_LIBRARY="$<TARGET_FILE:mote_torch>")
    endif()
endif()
