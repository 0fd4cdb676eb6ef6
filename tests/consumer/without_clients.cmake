# cmake -DSOURCE=dir -DBINARY=dir -DCOMPILER=c++ -P without_clients.cmake
#
# Where no client library is to be found, fauxbank and its tests are configured all the same, and the tests of adapters are
# skipped with the reason.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${BINARY})
set(ENV{PKG_CONFIG_LIBDIR} ${BINARY}/nowhere)
set(disabled CURL Poco Qt6 cpprestsdk httplib)
list(TRANSFORM disabled REPLACE "(.+)" "-DCMAKE_DISABLE_FIND_PACKAGE_\\1=ON")
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BINARY} -G Ninja -DCMAKE_CXX_COMPILER=${COMPILER} ${disabled}
          -DCPPREST_ROOT=${BINARY}/nowhere
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
execute_process(
  COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${BINARY} --verbose -R "^client\\.(curl|cpprest|httplib|poco|qt)$"
  OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
foreach(name_and_reason "curl;libcurl as CURL::libcurl" "cpprest;cpprestsdk" "httplib;cpp-httplib as httplib::httplib"
                        "poco;POCO as Poco::Net" "qt;Qt 6 as Qt6::Network")
  list(GET name_and_reason 0 name)
  list(GET name_and_reason 1 reason)
  if(NOT output MATCHES "skipped: needs ${reason}" OR NOT output MATCHES "client.${name} [.]*\\*\\*\\*Skipped")
    message(FATAL_ERROR "client.${name} was not skipped for want of ${reason}: ${output}")
  endif()
endforeach()
