#include <fauxbank/detail/tls.hpp>

#include <arpa/inet.h>

#include <array>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace fauxbank::detail {
namespace {

template <auto F>
struct Free {
  template <class T>
  void operator()(T* what) const {
    F(what);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Free<SSL_free>>;

/// Gives OpenSSL an empty queue of errors, as its functions want it, and puts back what was there:
/// the thread's queue may be a client's, which looks into it after its own call.
class OwnErrors {
 public:
  OwnErrors() {
    const char* file = nullptr;
    const char* function = nullptr;
    const char* data = nullptr;
    int line = 0;
    int flags = 0;
    while (const unsigned long code = ERR_get_error_all(&file, &line, &function, &data, &flags)) {
      const bool is_text = (flags & ERR_TXT_STRING) != 0 && data != nullptr;
      theirs_.push_back({code, file, line, function, is_text ? data : ""});
    }
  }
  OwnErrors(const OwnErrors&) = delete;
  OwnErrors& operator=(const OwnErrors&) = delete;
  ~OwnErrors() {
    ERR_clear_error();
    for (const Error& error : theirs_) {
      ERR_new();
      ERR_set_debug(error.file.c_str(), error.line, error.function.c_str());
      if (error.data.empty()) {
        ERR_set_error(ERR_GET_LIB(error.code), ERR_GET_REASON(error.code), nullptr);
      } else {
        ERR_set_error(ERR_GET_LIB(error.code), ERR_GET_REASON(error.code), "%s",
                      error.data.c_str());
      }
    }
  }

 private:
  struct Error {
    unsigned long code;
    std::string file;
    int line;
    std::string function;
    std::string data;
  };
  std::vector<Error> theirs_;
};

std::string last_error() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_peek_last_error(), text.data(), text.size());
  return text.data();
}

[[noreturn]] void fail_with(const char* what) {
  throw std::runtime_error(std::string("TLS: ") + what + ": " + last_error());
}

template <class T>
T* made(T* what, const char* name) {
  if (what == nullptr) fail_with(name);
  return what;
}

Key new_key() { return Key(made(EVP_EC_gen("P-256"), "EVP_EC_gen")); }

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
      made(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), value.c_str()));
  X509_add_ext(certificate, extension.get(), -1);
}

/// A certificate without extensions and signature. Valid at all times: worlds live in any year.
Certificate new_certificate(EVP_PKEY* key, const char* common_name) {
  Certificate made_one(made(X509_new(), "X509_new"));
  X509* const x = made_one.get();
  X509_set_version(x, 2);
  const std::unique_ptr<BIGNUM, Free<BN_free>> number(made(BN_new(), "BN_new"));
  BN_rand(number.get(), 63, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x));
  ASN1_TIME_set_string(X509_getm_notBefore(x), "19700101000000Z");
  ASN1_TIME_set_string(X509_getm_notAfter(x), "99991231235959Z");
  X509_set_pubkey(x, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  return made_one;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> address{};
  return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) {
    if (!names.empty()) names += ",";
    names += (is_address(host) ? "IP:" : "DNS:") + host;
  }
  return names;
}

int choose_http_1_1(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  const int outcome =
      SSL_select_next_proto(&found, size, kOurs, sizeof kOurs - 1, offered, offered_size);
  *chosen = found;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

// ---- authority ----------------------------------------------------------------------------------

struct TlsAuthority::Impl {
  std::once_flag once;
  Key key;
  Certificate certificate;

  void make() {
    std::call_once(once, [this] {
      const OwnErrors errors;
      Key new_one = new_key();
      Certificate own = new_certificate(new_one.get(), "fauxbank test authority");
      X509* const x = own.get();
      X509_set_issuer_name(x, X509_get_subject_name(x));
      add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE");
      add_extension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign");
      add_extension(x, x, NID_subject_key_identifier, "hash");
      if (X509_sign(x, new_one.get(), EVP_sha256()) == 0) fail_with("X509_sign");
      key = std::move(new_one);
      certificate = std::move(own);
    });
  }
};

TlsAuthority::TlsAuthority() : impl_(std::make_unique<Impl>()) {}
TlsAuthority::~TlsAuthority() = default;

std::string TlsAuthority::pem() const {
  impl_->make();
  const OwnErrors errors;
  const std::unique_ptr<BIO, Free<BIO_free>> bio(made(BIO_new(BIO_s_mem()), "BIO_new"));
  PEM_write_bio_X509(bio.get(), impl_->certificate.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

void TlsAuthority::make_trusted_by(ssl_ctx_st* client) const {
  impl_->make();
  const OwnErrors errors;
  X509_STORE_add_cert(SSL_CTX_get_cert_store(client), impl_->certificate.get());
}

// ---- identity -----------------------------------------------------------------------------------

struct TlsIdentity::Impl {
  const TlsAuthority& authority;
  std::vector<std::string> hosts;
  std::once_flag once;
  Context context;

  Impl(const TlsAuthority& by, std::vector<std::string> names)
      : authority(by), hosts(std::move(names)) {}

  SSL_CTX* get() {
    std::call_once(once, [this] {
      authority.impl_->make();
      const OwnErrors errors;
      const Key key = new_key();
      const Certificate own = new_certificate(key.get(), "fauxbank");
      X509* const x = own.get();
      X509* const issuer = authority.impl_->certificate.get();
      X509_set_issuer_name(x, X509_get_subject_name(issuer));
      add_extension(x, issuer, NID_basic_constraints, "critical,CA:FALSE");
      add_extension(x, issuer, NID_key_usage, "critical,digitalSignature");
      add_extension(x, issuer, NID_ext_key_usage, "serverAuth");
      add_extension(x, issuer, NID_authority_key_identifier, "keyid");
      if (!hosts.empty()) add_extension(x, issuer, NID_subject_alt_name, alternative_names(hosts));
      if (X509_sign(x, authority.impl_->key.get(), EVP_sha256()) == 0) fail_with("X509_sign");

      Context made_one(made(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new"));
      SSL_CTX* const c = made_one.get();
      // Every connection is a new one; tickets would be bytes that a client may never read.
      SSL_CTX_set_num_tickets(c, 0);
      SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
      SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
      SSL_CTX_set_alpn_select_cb(c, choose_http_1_1, nullptr);
      if (SSL_CTX_use_certificate(c, x) != 1 || SSL_CTX_use_PrivateKey(c, key.get()) != 1)
        fail_with("SSL_CTX_use_certificate");
      context = std::move(made_one);
    });
    return context.get();
  }
};

TlsIdentity::TlsIdentity(const TlsAuthority& authority, std::vector<std::string> hosts)
    : impl_(std::make_unique<Impl>(authority, std::move(hosts))) {}
TlsIdentity::~TlsIdentity() = default;

// ---- wire ---------------------------------------------------------------------------------------

struct TlsWire::Session {
  explicit Session(SSL_CTX* context) : ssl(made(SSL_new(context), "SSL_new")) {
    from_client = made(BIO_new(BIO_s_mem()), "BIO_new");
    to_client = made(BIO_new(BIO_s_mem()), "BIO_new");
    BIO_set_mem_eof_return(from_client, -1);  // empty means: later
    SSL_set_bio(ssl.get(), from_client, to_client);
    SSL_set_accept_state(ssl.get());
  }

  Ssl ssl;
  BIO* from_client;  // both owned by ssl
  BIO* to_client;
};

TlsWire::TlsWire(Transport& transport, const TlsIdentity* identity, const WireLimits& limits)
    : wire_(transport, limits), identity_(identity), output_bytes_(limits.output_bytes) {}
TlsWire::~TlsWire() = default;

void TlsWire::receive(std::string_view bytes) {
  constexpr char kHandshake = 22;  // the type of the first record, by RFC 8446
  if (!is_decided_ && !bytes.empty()) {
    is_decided_ = true;
    if (bytes.front() == kHandshake && identity_ != nullptr) {
      SSL_CTX* const context = identity_->impl_->get();
      const OwnErrors errors;
      session_ = std::make_unique<Session>(context);
    }
  }
  if (session_ == nullptr) return wire_.receive(bytes);
  if (is_closed_) return;
  BIO_write(session_->from_client, bytes.data(), static_cast<int>(bytes.size()));
  turn();
}

void TlsWire::receive_end() {
  wire_.receive_end();
  if (session_ != nullptr) turn();
}

bool TlsWire::wants_input() const noexcept {
  if (session_ == nullptr) return wire_.wants_input();
  if (is_closed_) return false;
  return !is_ready_ || (wire_.wants_input() && output().size() < output_bytes_);
}

std::string_view TlsWire::output() const noexcept {
  return session_ == nullptr ? wire_.output() : std::string_view(out_).substr(out_begin_);
}

void TlsWire::sent(std::size_t bytes) {
  if (session_ == nullptr) return wire_.sent(bytes);
  out_begin_ += bytes;
  if (out_begin_ != out_.size()) return;
  out_.clear();
  out_begin_ = 0;
  turn();
}

WireState TlsWire::state() const noexcept {
  return failure_.empty() ? wire_.state() : WireState::finished;
}

void TlsWire::advance_to(Instant now) {
  wire_.advance_to(now);
  if (session_ != nullptr) turn();
}

void TlsWire::time_out() {
  wire_.time_out();
  if (session_ != nullptr) turn();
}

void TlsWire::shut_down() {
  wire_.shut_down();
  if (session_ != nullptr) turn();
}

/// Do everything that can be done with what is there.
void TlsWire::turn() {
  const OwnErrors errors;
  SSL* const ssl = session_->ssl.get();
  if (!is_closed_ && !is_ready_) {
    is_ready_ = SSL_do_handshake(ssl) == 1;
    if (!is_ready_ && SSL_get_error(ssl, -1) != SSL_ERROR_WANT_READ) fail();
  }
  if (is_ready_ && !is_closed_) {
    bool moves = true;
    while (moves) {
      moves = decrypt();
      moves |= encrypt();
    }
    if (!is_closed_ && wire_.output().empty() && wire_.state() == WireState::finished) {
      SSL_shutdown(ssl);  // says close_notify
      is_closed_ = true;
    }
  }
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(session_->to_client, &bytes);
  if (size > 0) out_.append(bytes, static_cast<std::size_t>(size));
  BIO_reset(session_->to_client);
}

/// \returns whether the wire got something
bool TlsWire::decrypt() {
  SSL* const ssl = session_->ssl.get();
  std::array<char, 16384> piece;  // not zeroed; a record holds at most that
  bool moved = false;
  while (!is_closed_ && wire_.wants_input()) {
    const int count = SSL_read(ssl, piece.data(), static_cast<int>(piece.size()));
    if (count > 0) {
      wire_.receive({piece.data(), static_cast<std::size_t>(count)});
      moved = true;
    } else if ((SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN) != 0) {
      wire_.receive_end();
      break;
    } else {
      if (SSL_get_error(ssl, count) != SSL_ERROR_WANT_READ) fail();
      break;
    }
  }
  return moved;
}

/// \returns whether the wire gave something
bool TlsWire::encrypt() {
  SSL* const ssl = session_->ssl.get();
  bool moved = false;
  while (!is_closed_ && !wire_.output().empty() &&
         output().size() + BIO_ctrl_pending(session_->to_client) < output_bytes_) {
    const std::string_view plain = wire_.output().substr(0, std::size_t{64} << 10);
    const int count = SSL_write(ssl, plain.data(), static_cast<int>(plain.size()));
    if (count <= 0) {
      fail();
      break;
    }
    wire_.sent(static_cast<std::size_t>(count));
    moved = true;
  }
  return moved;
}

void TlsWire::fail() {
  failure_ = last_error();
  is_closed_ = true;
}

}  // namespace fauxbank::detail
