# pxe_embed_schema(library DIR folder): compiles folder/*.sql into pxe_<library> as
# store::SchemaFiles(). A file added or changed shows at the next build.
function(pxe_embed_schema library)
  cmake_parse_arguments(ARG "" "DIR" "" ${ARGN})
  if(NOT TARGET pxe_${library})
    return()
  endif()
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_DIR}/*.sql)
  list(SORT files)
  set(number 0)
  set(rows "")
  foreach(path ${files})
    math(EXPR number "${number} + 1")
    get_filename_component(name ${path} NAME)
    if(NOT name MATCHES "^0*${number}_")
      message(FATAL_ERROR "${ARG_DIR}/${name}: number ${number} is next")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(READ ${path} sql)
    string(APPEND rows "    {\"${name}\", R\"sql(${sql})sql\"},\n")
  endforeach()
  set(generated ${CMAKE_BINARY_DIR}/gen/${ARG_DIR}.cc)
  file(CONFIGURE OUTPUT ${generated} @ONLY CONTENT [[
// Made by cmake/EmbedSchema.cmake.
#include "store/schema.h"

namespace pxe::store {

std::span<const SchemaFile> SchemaFiles() {
  static constexpr SchemaFile kFiles[] = {
@rows@  };
  return kFiles;
}

}  // namespace pxe::store
]])
  target_sources(pxe_${library} PRIVATE ${generated})
endfunction()
