# A catalogue: every NAME.cpp in a folder defines `const TYPE& NAMESPACE::NAME();`, and the build writes the one file that lists them.
# Dropping a file in registers it; nothing else is edited, and there is no static initialiser for a linker to drop.
#
# mote_catalogue(TARGET <library> FOLDER <folder> NAMESPACE <c++ namespace> TYPE <qualified type> HEADER <declares TYPE and the
# catalogue function> FUNCTION <qualified catalogue function>)
# The function has the signature `std::span<const TYPE* const> FUNCTION()`; items are sorted by file name. FUNCTION may lie in any
# namespace, but cannot have the same qualified name as NAMESPACE.
function(mote_catalogue)
    cmake_parse_arguments(A "" "TARGET;FOLDER;NAMESPACE;TYPE;HEADER;FUNCTION" "" ${ARGN})
    file(GLOB files CONFIGURE_DEPENDS ${A_FOLDER}/*.cpp)
    list(SORT files)
    list(LENGTH files count)
    set(declarations "")
    set(entries "")
    foreach(file ${files})
        get_filename_component(name ${file} NAME_WE)
        string(APPEND declarations "const ${A_TYPE}& ${name}();\n")
        string(APPEND entries "        &${A_NAMESPACE}::${name}(),\n")
    endforeach()
    string(REGEX REPLACE "[^A-Za-z0-9]" "_" id ${A_NAMESPACE})
    set(out ${CMAKE_BINARY_DIR}/catalogues/${id}.cpp)
    file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"// Written by the build from the files in a folder; see cmake/mote_catalogue.cmake.
#include \"${A_HEADER}\"

#include <array>
#include <span>

namespace ${A_NAMESPACE} {
${declarations}}

std::span<const ${A_TYPE}* const> ${A_FUNCTION}() {
    static const std::array<const ${A_TYPE}*, ${count}> items{
${entries}    };
    return items;
}
")
    target_sources(${A_TARGET} PRIVATE ${files} ${out})
endfunction()
