# One static library a folder of src/, in the order in which data flows. A layer links only what stands to its left.
#
# mote_layer(<name> DEPENDS <layers and libraries>): library mote_<name> from src/<name>/*.cpp (and SUBFOLDERS given).
function(mote_layer name)
    cmake_parse_arguments(A "" "" "DEPENDS;SUBFOLDERS" ${ARGN})
    file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
    foreach(folder ${A_SUBFOLDERS})
        file(GLOB more CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/${folder}/*.cpp)
        list(APPEND files ${more})
    endforeach()
    add_library(mote_${name} STATIC ${files})
    target_link_libraries(mote_${name} PUBLIC mote_flags ${A_DEPENDS})
    if(MOTE_INSTRUMENT)
        # The fuzzer sees which branches of the project's own code an input reaches.
        target_compile_options(mote_${name} PRIVATE -fsanitize=fuzzer-no-link)
    endif()
    if(name STREQUAL "base")
        mote_precompiled(mote_base)
    else()
        mote_precompiled(mote_${name} FROM mote_base)
    endif()
endfunction()
