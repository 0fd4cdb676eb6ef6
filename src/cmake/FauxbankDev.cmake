# fauxbank_dev: how we build our own targets. It is never exported and says nothing to users of the library.
#
# Warnings become errors through CMAKE_COMPILE_WARNING_AS_ERROR, which every preset sets: a user or a packager who
# builds without a preset is not stopped by a warning of a compiler that we have never seen.
add_library(fauxbank_dev INTERFACE)

# Inside somebody else's build their flags rule.
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(
    fauxbank_dev
    INTERFACE -Wall
              -Wextra
              -Wpedantic
              -Wconversion
              -Wsign-conversion
              -Wshadow
              -Wold-style-cast
              -Wnon-virtual-dtor
              -Woverloaded-virtual
              -Wcast-align
              -Wdouble-promotion
              -Wformat=2
              -Wundef)
endif()

# g++ 12 sees overlapping and overlong copies in ordinary std::string concatenation at -O2; later versions do not.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(fauxbank_dev INTERFACE -Wno-restrict -Wno-array-bounds)
endif()

if(FAUXBANK_SANITIZE)
  list(JOIN FAUXBANK_SANITIZE "," sanitizers)
  set(sanitizer_flags -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_options(fauxbank_dev INTERFACE ${sanitizer_flags})
  target_link_options(fauxbank_dev INTERFACE ${sanitizer_flags})
endif()

# The library is instrumented for the fuzzer's coverage feedback; only the fuzzers link its main.
if(FAUXBANK_BUILD_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "FAUXBANK_BUILD_FUZZERS needs clang (libFuzzer), not ${CMAKE_CXX_COMPILER_ID}")
  endif()
  target_compile_options(fauxbank_dev INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(fauxbank_dev INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(FAUXBANK_COVERAGE)
  target_compile_options(fauxbank_dev INTERFACE --coverage)
  target_link_options(fauxbank_dev INTERFACE --coverage)
endif()
