# Language, warnings and switches that every target of the project shares.
option(MOTE_BUILD_TESTS "build the tests" ON)
option(MOTE_BUILD_TORCH "build the training backend (needs libtorch)" ON)
option(MOTE_INSTRUMENT "address and undefined-behaviour sanitizers in everything, and the fuzz targets (needs clang)" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    if(MOTE_INSTRUMENT)
        set(CMAKE_BUILD_TYPE None)
    else()
        set(CMAKE_BUILD_TYPE Release)
    endif()
endif()
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    # Compiled files are shared between clones: paths are taken relative to the tree. Precompiled headers are only cached with this
    # sloppiness, whose price is that a file may not depend on __TIME__ or on a -D that changes what a precompiled header means.
    find_program(ENV_PROGRAM env REQUIRED)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${ENV_PROGRAM} CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
    set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

add_library(mote_flags INTERFACE)
# Contraction stays off wherever runtime/ is compiled: a fused multiply-add rounds once where the chip's code rounds twice.
# gcc 12 reports string copies falsely (`"text" + std::string`, GCC bugs 105651 and 105329), more so where the library's headers are
# precompiled and no longer known as another's: the four warnings of that family are off, and the sanitizers see what is true of them.
# Members left out of a designated initialiser have their defaults: no warning for those.
set(MOTE_FALSE_WARNINGS $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>)
target_compile_options(mote_flags INTERFACE -Wall -Wextra -Werror -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers "${MOTE_FALSE_WARNINGS}" -ffp-contract=off)
# Said here instead of by CMAKE_POSITION_INDEPENDENT_CODE, which says -fPIE to programs: a precompiled header fits one of the two.
target_compile_options(mote_flags INTERFACE -fPIC)
target_include_directories(mote_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/runtime/include)
if(MOTE_INSTRUMENT)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "MOTE_INSTRUMENT needs clang: configure with -DCMAKE_CXX_COMPILER=clang++, or use ./dev sanitize or ./dev fuzz")
    endif()
    # What is found ends the program: a test or a fuzz target that prints and goes on would pass.
    target_compile_options(mote_flags INTERFACE -O1 -gline-tables-only -fno-omit-frame-pointer -fsanitize=address,undefined
                                                -fno-sanitize-recover=all)
    target_link_options(mote_flags INTERFACE -fsanitize=address,undefined)
endif()

# mote_precompiled(<target> [FROM <target> | HEADERS <more>...]): compiles on top of the headers that nearly every file includes, which
# are most of what a small file costs. A target makes them, with more of its own, or uses those of another that has the same options.
# Only with gcc: what clang precompiles holds the folder it was made in, so that ccache could not share compiled files between clones.
set(MOTE_PRECOMPILED <nlohmann/json.hpp> <algorithm> <array> <cmath> <filesystem> <functional> <map> <memory> <optional> <span> <string>
    <string_view> <tuple> <vector>)
function(mote_precompiled target)
    cmake_parse_arguments(A "" "FROM" "HEADERS" ${ARGN})
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        return()
    endif()
    target_compile_options(${target} PRIVATE -fpch-preprocess)  # ccache needs it
    if(A_FROM)
        target_precompile_headers(${target} REUSE_FROM ${A_FROM})
    else()
        target_precompile_headers(${target} PRIVATE ${MOTE_PRECOMPILED} ${A_HEADERS})
    endif()
endfunction()
