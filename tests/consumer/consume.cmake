# cmake -DSOURCE=dir -DBINARY=dir -DCOMPILER=c++ [-DOPTIONS=list] [-DERROR=regex] -P consume.cmake
#
# Configures, builds and runs a consumer project from nothing. With ERROR, configuring must fail and say that.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${BINARY})
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BINARY} -G Ninja -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Debug
          -DCMAKE_CXX_FLAGS_DEBUG=-O0 "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror" ${OPTIONS}
  RESULT_VARIABLE result
  ERROR_VARIABLE errors)

if(ERROR)
  # CMake wraps its messages.
  string(REGEX REPLACE "[ \n]+" " " errors "${errors}")
  if(result EQUAL 0 OR NOT errors MATCHES "${ERROR}")
    message(FATAL_ERROR "wanted '${ERROR}', got (${result}): ${errors}")
  endif()
  return()
endif()

if(NOT result EQUAL 0)
  message(FATAL_ERROR "cannot configure: ${errors}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BINARY} COMMAND_ERROR_IS_FATAL ANY)
file(GLOB programs ${BINARY}/consumer*)
if(NOT programs)
  message(FATAL_ERROR "nothing was built")
endif()
if(EXISTS ${BINARY}/CTestTestfile.cmake)
  execute_process(COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${BINARY} --output-on-failure --no-tests=error
                          COMMAND_ERROR_IS_FATAL ANY)
endif()
foreach(program IN LISTS programs)
  execute_process(COMMAND ${program} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
