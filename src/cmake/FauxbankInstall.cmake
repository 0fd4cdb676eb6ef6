include(CMakePackageConfigHelpers)

set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/fauxbank)

# One export set per component: who wants the core alone never reads a line about GoogleTest.
install(
  TARGETS fauxbank fauxbank_header_only
  EXPORT fauxbank-core-targets
  FILE_SET HEADERS
  FILE_SET internals
  FILE_SET bodies)
set(program_path ${CMAKE_INSTALL_BINDIR}/fauxbank)
if(TARGET fauxbank_cli)
  install(TARGETS fauxbank_cli)
  install(FILES ${PROJECT_SOURCE_DIR}/src/cmake/FauxbankServerFixture.cmake
                ${PROJECT_SOURCE_DIR}/src/cmake/fauxbank-fixture.sh DESTINATION ${cmake_dir})
endif()
foreach(edge gmock gtest)
  install(
    TARGETS fauxbank_${edge} fauxbank_${edge}_header_only
    EXPORT fauxbank-${edge}-targets
    FILE_SET HEADERS)
endforeach()

set(components core gmock gtest)
if(TARGET fauxbank_webhook)
  install(
    TARGETS fauxbank_webhook
    EXPORT fauxbank-webhook-targets
    FILE_SET HEADERS)
  list(APPEND components webhook)
endif()

foreach(client IN LISTS fauxbank_client_components)
  install(
    TARGETS fauxbank_client_${client} fauxbank_client_${client}_header_only
    EXPORT fauxbank-${client}-targets
    FILE_SET HEADERS)
  list(APPEND components ${client})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/src/cmake/FauxbankClients.cmake DESTINATION ${cmake_dir})
if(TARGET fauxbank_interpose)
  install(
    TARGETS fauxbank_tls fauxbank_interpose
    EXPORT fauxbank-interpose-targets
    OBJECTS DESTINATION ${CMAKE_INSTALL_LIBDIR}/fauxbank
    FILE_SET HEADERS)
  list(APPEND components interpose)
endif()
if(TARGET fauxbank_client_beast_tls)
  install(TARGETS fauxbank_client_beast_tls EXPORT fauxbank-beast_tls-targets)
  list(APPEND components beast_tls)
endif()
if(TARGET fauxbank_server)
  install(
    TARGETS fauxbank_server
    EXPORT fauxbank-server-targets
    FILE_SET HEADERS)
  list(APPEND components server)
endif()

foreach(component IN LISTS components)
  install(
    EXPORT fauxbank-${component}-targets
    NAMESPACE fauxbank::
    DESTINATION ${cmake_dir})
endforeach()

# Before 1.0 a minor version may break what was there.
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/src/cmake/fauxbank-config.cmake.in ${PROJECT_BINARY_DIR}/fauxbank-config.cmake
  INSTALL_DESTINATION ${cmake_dir}
  PATH_VARS program_path
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/fauxbank-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/fauxbank-config.cmake ${PROJECT_BINARY_DIR}/fauxbank-config-version.cmake
        DESTINATION ${cmake_dir})

# Paths in the .pc file are relative to it, so that an installed tree can be moved.
cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_LIBDIR BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX} OUTPUT_VARIABLE libdir)
cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_INCLUDEDIR BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX} OUTPUT_VARIABLE includedir)
file(RELATIVE_PATH pc_to_prefix ${libdir}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" pc_to_prefix ${pc_to_prefix})
file(RELATIVE_PATH pc_libdir ${CMAKE_INSTALL_PREFIX} ${libdir})
file(RELATIVE_PATH pc_includedir ${CMAKE_INSTALL_PREFIX} ${includedir})
configure_file(${PROJECT_SOURCE_DIR}/src/cmake/fauxbank.pc.in ${PROJECT_BINARY_DIR}/fauxbank.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/fauxbank.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES ${PROJECT_SOURCE_DIR}/fixtures/schema/scenario.schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/fauxbank/schema)

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/fauxbank)
