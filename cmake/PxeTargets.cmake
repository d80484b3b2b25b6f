# How this tree builds: pxe_library, pxe_program, pxe_test, and the flags they share.
include(CTest)
find_package(Threads REQUIRED)
find_package(absl REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
option(PXE_BENCH "build bench/" OFF)
option(PXE_FUZZ "build tests/fuzz with libFuzzer (clang)" OFF)
set(PXE_SANITIZE "" CACHE STRING "value of -fsanitize, empty for none")

find_program(PXE_CCACHE ccache)
if(PXE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PXE_CCACHE})
endif()

# Everything of ours links this: warnings are errors; packages' headers are system headers. Members
# left out of a designated initializer have their defaults, which -Wextra would complain about, and
# g++ 12 sees uninitialized members in every optimised std::optional<std::string>.
add_library(pxe_flags INTERFACE)
target_include_directories(pxe_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(pxe_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  -Wno-missing-field-initializers $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wswitch-enum -Werror)
if(PXE_SANITIZE)
  add_compile_options(-fsanitize=${PXE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PXE_SANITIZE})
endif()

if(PXE_FUZZ)  # coverage of the libraries too, or the fuzzer is blind to what it tests
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Our folders are named in DEPS without their prefix (`core`); targets of packages as they are.
function(pxe_link target scope)
  foreach(dep ${ARGN})
    if(TARGET pxe_${dep})
      target_link_libraries(${target} ${scope} pxe_${dep})
    else()
      target_link_libraries(${target} ${scope} ${dep})
    endif()
  endforeach()
endfunction()

# pxe_library(NAME [DIR folder] [ONLY regex] [WITHOUT regex] DEPS ...): the .cc of one folder, but
# for main.cc; ONLY and WITHOUT choose among them by their names without folder and suffix.
function(pxe_library name)
  cmake_parse_arguments(ARG "" "DIR;ONLY;WITHOUT" "DEPS" ${ARGN})
  if(NOT ARG_DIR)
    set(ARG_DIR ${name})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(ARG_ONLY)
    list(FILTER sources INCLUDE REGEX "/(${ARG_ONLY})\\.cc$")
  endif()
  if(ARG_WITHOUT)
    list(FILTER sources EXCLUDE REGEX "/(${ARG_WITHOUT})\\.cc$")
  endif()
  add_library(pxe_${name} STATIC ${sources})
  pxe_link(pxe_${name} PUBLIC pxe_flags ${ARG_DEPS})
endfunction()

# pxe_program(NAME MAIN file DEPS ...): leaves bin/NAME.
function(pxe_program name)
  cmake_parse_arguments(ARG "" "MAIN" "DEPS" ${ARGN})
  add_executable(${name} ${ARG_MAIN})
  pxe_link(${name} PRIVATE pxe_flags Threads::Threads ${ARG_DEPS})
endfunction()

# pxe_test(NAME [DIR folder] DEPS ...): tests/<folder>/*_test.cc as one program, NAME_test.
# Each test program is one ctest case, run in the top folder: fixtures are named from there.
function(pxe_test name)
  cmake_parse_arguments(ARG "" "DIR" "DEPS" ${ARGN})
  if(NOT ARG_DIR)
    set(ARG_DIR ${name})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${ARG_DIR}/*.cc)
  add_executable(${name}_test ${sources})
  pxe_link(${name}_test PRIVATE pxe_flags test_support ${ARG_DEPS} GTest::gmock_main)
  add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()
