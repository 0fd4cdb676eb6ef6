// The program's own SSL_new: whatever context a client has made, and whatever store of certificates
// it has given it, is complete by then.

#include <dlfcn.h>

#include <exception>
#include <string>

#include <openssl/ssl.h>

#include "real.hpp"
#include "registry.hpp"

using namespace fauxbank::interpose;

extern "C" [[gnu::visibility("default")]] SSL* SSL_new(SSL_CTX* context) {
  static const auto real_one =
      reinterpret_cast<decltype(&::SSL_new)>(::dlsym(RTLD_NEXT, "SSL_new"));
  if (context != nullptr && is_guarded()) {
    const Inside inside;
    try {
      Registry::get().authority.make_trusted_by(context);
    } catch (const std::exception& error) {  // no business of a C library's
      Registry::get().fail(std::string("could not make a client trust: ") + error.what(), "");
    }
  }
  return real_one(context);
}
