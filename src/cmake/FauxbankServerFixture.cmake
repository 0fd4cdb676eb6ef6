# Servers for tests, as fixtures of ctest.
#
# fauxbank_add_server_fixture(NAME
#   [SCENARIO file]                 # without one an empty world
#   [FORM documented|current]
#   [CLOCK wall|manual]             # wall if not given
#   [SEED number]
#   [JOURNAL file]
#   [WEBHOOK url]                   # where `POST /_fauxbank/deliver` sends events
#   [WEBHOOK_SECRET secret])        # and how it signs them
#
# Declares the fixture NAME: before the first test that requires it `fauxbank serve` is started on a free port, and after
# the last it is ended.
#
# fauxbank_add_server_test(TEST
#   FIXTURE name
#   [VARIABLE name]                 # FAUXBANK_URL if not given
#   COMMAND command [argument...])
#
# Adds a test that requires the fixture and finds the URL of its server in the environment variable. The port is not known
# before the server runs, so the command is started by a shell that reads it.
#
# fauxbank_discover_server_tests(TARGET
#   FIXTURE name
#   [VARIABLE name]                 # FAUXBANK_URL if not given
#   [argument of gtest_discover_tests...])
#
# The same for each test of a GoogleTest program. Give `PROPERTIES` last, as to gtest_discover_tests. The program becomes
# one that is launched by that shell: TEST_LAUNCHER, or CROSSCOMPILING_EMULATOR before CMake 3.29.
#
# Tests of one fixture share one world; `POST /_fauxbank/reset` starts it over. ctest runs such tests at the same time when
# it is told to run several.

set(fauxbank_fixture_script ${CMAKE_CURRENT_LIST_DIR}/fauxbank-fixture.sh)

function(fauxbank_add_server_fixture name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SCENARIO;FORM;CLOCK;SEED;JOURNAL;WEBHOOK;WEBHOOK_SECRET" "")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "fauxbank_add_server_fixture(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(arg_SCENARIO)
    cmake_path(ABSOLUTE_PATH arg_SCENARIO BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    if(NOT EXISTS ${arg_SCENARIO})
      message(FATAL_ERROR "fauxbank_add_server_fixture(${name}): there is no scenario ${arg_SCENARIO}")
    endif()
  endif()

  if(TARGET fauxbank_cli)
    set(program $<TARGET_FILE:fauxbank_cli>)
  elseif(FAUXBANK_PROGRAM)
    set(program ${FAUXBANK_PROGRAM})
  else()
    message(FATAL_ERROR "fauxbank_add_server_fixture(${name}): the program fauxbank is not built; set FAUXBANK_BUILD_CLI.")
  endif()

  set(options)
  foreach(option SCENARIO FORM CLOCK SEED JOURNAL WEBHOOK WEBHOOK_SECRET)
    if(DEFINED arg_${option})
      string(TOLOWER --${option} flag)
      string(REPLACE _ - flag ${flag})
      list(APPEND options ${flag} ${arg_${option}})
    endif()
  endforeach()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.server)
  file(MAKE_DIRECTORY ${folder})
  set_property(GLOBAL PROPERTY fauxbank_fixture_${name} ${folder})
  add_test(NAME ${name}.start COMMAND sh ${fauxbank_fixture_script} start ${folder} ${program} ${options})
  add_test(NAME ${name}.stop COMMAND sh ${fauxbank_fixture_script} stop ${folder})
  set_tests_properties(${name}.start PROPERTIES FIXTURES_SETUP ${name} TIMEOUT 60)
  set_tests_properties(${name}.stop PROPERTIES FIXTURES_CLEANUP ${name} TIMEOUT 60)
endfunction()

# Sets `result` to the command line that runs what follows it with the URL of a fixture's server in a variable.
function(fauxbank_server_launcher caller fixture variable result)
  get_property(folder GLOBAL PROPERTY fauxbank_fixture_${fixture})
  if(NOT folder)
    message(FATAL_ERROR "${caller}: there is no server fixture ${fixture}")
  endif()
  if(NOT variable)
    set(variable FAUXBANK_URL)
  endif()
  set(${result} sh ${fauxbank_fixture_script} run ${folder} ${variable} PARENT_SCOPE)
endfunction()

function(fauxbank_add_server_test test)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FIXTURE;VARIABLE" "COMMAND")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_FIXTURE OR NOT arg_COMMAND)
    message(FATAL_ERROR "fauxbank_add_server_test(${test}): FIXTURE and COMMAND are needed, and nothing unknown")
  endif()
  fauxbank_server_launcher("fauxbank_add_server_test(${test})" "${arg_FIXTURE}" "${arg_VARIABLE}" launcher)
  list(GET arg_COMMAND 0 program)
  if(TARGET ${program})
    list(REMOVE_AT arg_COMMAND 0)
    list(PREPEND arg_COMMAND $<TARGET_FILE:${program}>)
  endif()
  add_test(NAME ${test} COMMAND ${launcher} ${arg_COMMAND})
  set_tests_properties(${test} PROPERTIES FIXTURES_REQUIRED ${arg_FIXTURE})
endfunction()

function(fauxbank_discover_server_tests target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FIXTURE;VARIABLE" "PROPERTIES")
  if(NOT TARGET ${target} OR NOT arg_FIXTURE)
    message(FATAL_ERROR "fauxbank_discover_server_tests(${target}): a target and FIXTURE are needed")
  endif()
  if("FIXTURES_REQUIRED" IN_LIST arg_PROPERTIES)
    message(FATAL_ERROR "fauxbank_discover_server_tests(${target}): FIXTURES_REQUIRED is set by FIXTURE")
  endif()
  fauxbank_server_launcher("fauxbank_discover_server_tests(${target})" "${arg_FIXTURE}" "${arg_VARIABLE}" launcher)
  # In front of a launcher that the user has, such as valgrind.
  foreach(property TEST_LAUNCHER CROSSCOMPILING_EMULATOR)
    get_target_property(own ${target} ${property})
    if(NOT own)
      set(own)
    endif()
    set_target_properties(${target} PROPERTIES ${property} "${launcher};${own}")
  endforeach()
  include(GoogleTest)
  gtest_discover_tests(${target} ${arg_UNPARSED_ARGUMENTS} PROPERTIES FIXTURES_REQUIRED ${arg_FIXTURE} ${arg_PROPERTIES})
endfunction()
