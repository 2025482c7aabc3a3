# Text scenarios that run the command line: one test a file.
add_executable(scenario ${CMAKE_CURRENT_LIST_DIR}/run.cpp)
target_link_libraries(scenario PRIVATE mote_base)
file(GLOB scenarios CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.scenario)
foreach(file ${scenarios})
    get_filename_component(name ${file} NAME_WE)
    add_test(NAME scenario.${name} COMMAND scenario $<TARGET_FILE:mote> ${file})
    set_tests_properties(scenario.${name} PROPERTIES LABELS scenario TIMEOUT 900 ENVIRONMENT MOTE_SOURCE=${CMAKE_SOURCE_DIR})
endforeach()
