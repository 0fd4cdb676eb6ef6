#pragma once

#include <fauxbank/detail/print_to.hpp>

// Bodies live in impl/*.ipp. The compiled target takes them through src/*.cpp; the header-only
// target takes them inline. FAUXBANK_DECL is the one word that differs.
#ifdef FAUXBANK_HEADER_ONLY
#define FAUXBANK_DECL inline
#else
#define FAUXBANK_DECL
#endif
