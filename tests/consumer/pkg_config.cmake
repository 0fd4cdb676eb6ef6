# cmake -DSOURCE=dir -DBINARY=dir -DCOMPILER=c++ -DPKG_CONFIG=program -DPREFIX=dir -DLIBDIR=lib -P pkg_config.cmake
#
# A consumer without CMake: a compiler's command line with what pkg-config says.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${BINARY})
file(MAKE_DIRECTORY ${BINARY})
set(ENV{PKG_CONFIG_PATH} ${PREFIX}/${LIBDIR}/pkgconfig)
execute_process(
  COMMAND ${PKG_CONFIG} --cflags --libs "fauxbank >= 0.1"
  OUTPUT_VARIABLE flags
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(flags UNIX_COMMAND "${flags}")
execute_process(COMMAND ${COMPILER} -std=c++20 ${SOURCE}/main.cpp ${SOURCE}/elsewhere.cpp -o ${BINARY}/consumer ${flags}
                        -Wl,-rpath,${PREFIX}/${LIBDIR} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${BINARY}/consumer COMMAND_ERROR_IS_FATAL ANY)
