# cmake -DPREFIX=dir -DLIBDIR=dir -P targets.cmake
#
# The installed core links neither GoogleTest nor GoogleMock, by name or in its binary; the component that does says so.
cmake_minimum_required(VERSION 3.25)

file(GLOB core ${PREFIX}/${LIBDIR}/cmake/fauxbank/fauxbank-core-targets*.cmake ${PREFIX}/${LIBDIR}/pkgconfig/*.pc)
file(GLOB gmock ${PREFIX}/${LIBDIR}/cmake/fauxbank/fauxbank-gmock-targets*.cmake)
file(GLOB libraries ${PREFIX}/${LIBDIR}/libfauxbank.*)
foreach(found IN ITEMS core gmock libraries)
  if(NOT ${found})
    message(FATAL_ERROR "nothing installed to look at: ${found}")
  endif()
endforeach()

# look(files text): whether one of the files holds the text, in any case of letters
function(look outcome files text)
  set(${outcome} FALSE PARENT_SCOPE)
  foreach(file IN LISTS files)
    file(STRINGS ${file} lines REGEX ${text})
    if(lines)
      set(${outcome} TRUE PARENT_SCOPE)
      set(where ${file} PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

foreach(text IN ITEMS "[Gg][Tt]est" "GTEST" "[Gg][Mm]ock")
  look(there "${core}" ${text})
  if(there)
    message(FATAL_ERROR "${where} names ${text}")
  endif()
endforeach()
# In a binary, by the mangled names of its namespaces: testing::Test, testing::internal.
foreach(text IN ITEMS "N7testing" "7testing8internal")
  look(there "${libraries}" ${text})
  if(there)
    message(FATAL_ERROR "${where} uses the namespace testing")
  endif()
endforeach()

# The same look finds what is there, so it can fail.
look(there "${gmock}" "GTest::gmock")
if(NOT there)
  message(FATAL_ERROR "the component gmock does not link GTest::gmock, or this script does not see it")
endif()
look(there "${libraries}" "N8fauxbank")
if(NOT there)
  message(FATAL_ERROR "the library has no names of its own, or this script does not see them")
endif()
