# What is compiled inside the user's own test program, against the user's own GoogleTest, so that no version of it is
# baked into an installed fauxbank. As a part of somebody else's build these are usable when GTest::gmock was there
# before fauxbank was added; we do not look for one, because it might not be the one that the user's tests use.
#
# fauxbank_add_test_edge(NAME FRAMEWORK target... HEADERS header... SOURCES file...)
#
# fauxbank::NAME stands on the compiled library, fauxbank::NAME_header_only on the headers alone.
function(fauxbank_add_test_edge edge)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FRAMEWORK;HEADERS;SOURCES")
  set(sources_dir ${CMAKE_INSTALL_DATADIR}/fauxbank/${edge})
  list(TRANSFORM arg_HEADERS PREPEND ${PROJECT_SOURCE_DIR}/include/fauxbank/)
  foreach(core fauxbank header_only)
    if(core STREQUAL "fauxbank")
      set(name ${edge})
    else()
      set(name ${edge}_header_only)
    endif()

    add_library(fauxbank_${name} INTERFACE)
    add_library(fauxbank::${name} ALIAS fauxbank_${name})
    target_link_libraries(fauxbank_${name} INTERFACE fauxbank::${core} ${arg_FRAMEWORK})
    target_sources(fauxbank_${name} INTERFACE FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES
                                              ${arg_HEADERS})
    foreach(source IN LISTS arg_SOURCES)
      target_sources(
        fauxbank_${name} INTERFACE $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/${source}>
                                   $<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${sources_dir}/${source}>)
    endforeach()
    set_target_properties(fauxbank_${name} PROPERTIES EXPORT_NAME ${name})
  endforeach()
  if(FAUXBANK_INSTALL)
    install(FILES ${arg_SOURCES} DESTINATION ${sources_dir})
  endif()
endfunction()
