include(GoogleTest)

# All programs of a label, so that a preset compiles only what it runs.
foreach(label unit threads determinism fuzz bench server client)
  add_custom_target(fauxbank_tests_${label})
endforeach()

# What is tested is compiled as the preset says; to optimise the tests around it as well doubles the time of a build. Without
# a library of its own the code under test is in them too.
set(fauxbank_test_level $<IF:$<BOOL:${FAUXBANK_TEST_HEADER_ONLY}>,-O1,-O0>)

# fauxbank_test_together(TARGET): its files are compiled in a few groups, where the preset does that. Files of one target
# then share their unnamed namespaces; and a missing include is seen only where each is compiled alone.
function(fauxbank_test_together target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${FAUXBANK_TEST_UNITY} UNITY_BUILD_BATCH_SIZE 24)
endfunction()

# fauxbank_compile_edge(NAME EDGE): an object library of what a user of the target EDGE compiles for himself. The tests link
# NAME, so that it is compiled once for all of them.
function(fauxbank_compile_edge name edge)
  add_library(${name} OBJECT)
  # The flags of the edge come last: one may leave out a check of ours.
  target_link_libraries(${name} PRIVATE fauxbank_dev ${edge})
  get_target_property(beneath ${edge} INTERFACE_LINK_LIBRARIES)
  target_link_libraries(${name} INTERFACE ${beneath})
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  # GoogleTest's own macros pass nothing to `...`, which clang 14 still calls an extension.
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:Clang>:-Wno-gnu-zero-variadic-macro-arguments>
                                         $<$<BOOL:${FAUXBANK_TEST_HEADER_ONLY}>:${fauxbank_test_level}>)
endfunction()

# fauxbank_add_test_program(NAME
#   LABEL unit|threads|determinism|fuzz|bench|server|client   # one ctest label for all its tests
#   SOURCES file...
#   [LIBRARIES target...]                       # beside the library, tests/support, GoogleTest and our flags
#   [TIMEOUT seconds]                           # per test; 60 if not given
#   [PRECOMPILED])                              # for programs of many files
#
# Declares a GoogleTest program. Each of its tests is a ctest of its own, named NAME.Suite.Test.
function(fauxbank_add_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "PRECOMPILED" "LABEL;TIMEOUT" "SOURCES;LIBRARIES")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()

  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE fauxbank_test_support ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  fauxbank_label_target(${name} ${arg_LABEL})

  target_compile_options(${name} PRIVATE ${fauxbank_test_level})
  fauxbank_test_together(${name})

  # This can hide a missing include in a header, which is why each header is also compiled alone.
  if(arg_PRECOMPILED AND NOT FAUXBANK_TEST_UNITY)
    target_precompile_headers(${name} PRIVATE <gmock/gmock.h> <gtest/gtest.h> <chrono> <string> <vector>)
  endif()

  # Tests are listed when ctest runs: a build does not execute what it has just linked.
  gtest_discover_tests(
    ${name}
    TEST_PREFIX "${name}."
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 120
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()

# Makes TARGET a part of fauxbank_tests_LABEL.
function(fauxbank_label_target target label)
  add_dependencies(fauxbank_tests_${label} ${target})
endfunction()
