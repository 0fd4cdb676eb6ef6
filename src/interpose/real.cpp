#include "real.hpp"

#include <dlfcn.h>

namespace fauxbank::interpose {

namespace {

// The next one in the order of look-up: the C library's, or that of a sanitizer in front of it.
template <class F>
F next(const char* name) noexcept {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

const Real& real() noexcept {
  static const Real kReal{
#define FAUXBANK_LOOK_UP(name) next<decltype(&::name)>(#name),
      FAUXBANK_INTERPOSED(FAUXBANK_LOOK_UP)
#undef FAUXBANK_LOOK_UP
  };
  return kReal;
}

int& Inside::depth() noexcept {
  static thread_local int depth = 0;
  return depth;
}

}  // namespace fauxbank::interpose
