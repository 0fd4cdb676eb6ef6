include(GoogleTest)

# All programs of a label, so that a preset compiles only what it runs.
foreach(label unit threads determinism fuzz bench server client)
  add_custom_target(fauxbank_tests_${label})
endforeach()

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

  # What is tested is compiled as the preset says; to optimise the tests as well doubles the time of a build. Without a
  # library of its own the code under test is in here too.
  target_compile_options(${name} PRIVATE $<IF:$<BOOL:${FAUXBANK_TEST_HEADER_ONLY}>,-O1,-O0>)

  # This can hide a missing include in a header, which is why each header is also compiled alone.
  if(arg_PRECOMPILED)
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
