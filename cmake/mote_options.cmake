# Language, warnings and switches that every target of the project shares.
option(MOTE_BUILD_TESTS "build the tests" ON)
option(MOTE_BUILD_FUZZ "build the fuzz targets (needs clang)" OFF)
option(MOTE_BUILD_TORCH "build the training backend (needs libtorch)" ON)
set(MOTE_SANITIZE "" CACHE STRING "sanitizers for everything, as -fsanitize= takes them (address,undefined)")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
    set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(mote_flags INTERFACE)
# Contraction stays off wherever runtime/ is compiled: a fused multiply-add rounds once where the chip's code rounds twice.
# -Wrestrict is off: gcc 12 reports it falsely for `"text" + std::string` (GCC bug 105651). Members left out of a designated initialiser
# have their defaults: no warning for those.
target_compile_options(mote_flags INTERFACE -Wall -Wextra -Werror -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -ffp-contract=off)
target_include_directories(mote_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/runtime/include)
if(MOTE_SANITIZE)
    # Instrumented code makes gcc 12 warn of values inside the standard library that are never used unset: no errors from warnings here.
    target_compile_options(mote_flags INTERFACE -fsanitize=${MOTE_SANITIZE} -fno-omit-frame-pointer -g -Wno-error)
    target_link_options(mote_flags INTERFACE -fsanitize=${MOTE_SANITIZE})
endif()
