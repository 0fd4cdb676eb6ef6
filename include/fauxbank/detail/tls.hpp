#pragma once

// The server's side of TLS, without I/O, around a Wire: for clients whose URL says https.
// Part of fauxbank::tls, which needs OpenSSL; no header of the core includes this.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/http/wire.hpp>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace fauxbank::detail {

/// A certificate authority of this process alone: its key exists nowhere else and is never written.
/// Made when it is first needed (EC P-256), which takes about a millisecond.
///
/// Thread safety: any thread, at any time.
class TlsAuthority {
 public:
  TlsAuthority();
  TlsAuthority(const TlsAuthority&) = delete;
  TlsAuthority& operator=(const TlsAuthority&) = delete;
  ~TlsAuthority();

  /// Its certificate in PEM: what a client is to trust.
  std::string pem() const;
  /// Let a client's context trust it, beside whatever it trusts already. Harmless when it does.
  void make_trusted_by(ssl_ctx_st* client) const;

 private:
  friend class TlsIdentity;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A server's certificate for some host names (or addresses), made when it is first needed.
///
/// Thread safety: any thread, at any time.
class TlsIdentity {
 public:
  /// \param authority must outlive this
  TlsIdentity(const TlsAuthority& authority, std::vector<std::string> hosts);
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;
  ~TlsIdentity();

 private:
  friend class TlsWire;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A `Wire` that speaks TLS when the client does, which its first byte tells, and plain HTTP when
/// not. Members are those of `Wire`; what is counted there in bytes of HTTP is so here.
///
/// An orderly end is a close_notify, as servers send it. OpenSSL's queue of errors of the
/// calling thread is left as it was, since it may be a client's own.
///
/// Thread safety: none.
class TlsWire {
 public:
  /// \param identity must outlive the wire; without one all is plain HTTP
  explicit TlsWire(Transport& transport, const TlsIdentity* identity,
                   const WireLimits& limits = {});
  TlsWire(const TlsWire&) = delete;
  TlsWire& operator=(const TlsWire&) = delete;
  ~TlsWire();

  void receive(std::string_view bytes);
  void receive_end();
  bool wants_input() const noexcept;
  std::string_view output() const noexcept;
  void sent(std::size_t bytes);
  WireState state() const noexcept;
  void advance_to(Instant now);
  std::optional<Instant> due() const noexcept { return wire_.due(); }
  bool idle() const noexcept { return wire_.idle(); }
  void time_out();
  void shut_down();
  std::uint64_t requests() const noexcept { return wire_.requests(); }
  std::size_t withheld() const noexcept { return wire_.withheld(); }

  bool is_tls() const noexcept { return session_ != nullptr; }
  /// Why the handshake failed, if it did: the client's alert, or what it sent.
  const std::string& failure() const noexcept { return failure_; }

 private:
  struct Session;
  void turn();
  bool decrypt();
  bool encrypt();
  void fail();

  Wire wire_;
  const TlsIdentity* identity_;
  std::size_t output_bytes_;
  std::unique_ptr<Session> session_;
  bool is_decided_ = false;
  bool is_ready_ = false;   // the handshake is over
  bool is_closed_ = false;  // nothing is encrypted any more
  std::string failure_;
  std::string out_;
  std::size_t out_begin_ = 0;
};

}  // namespace fauxbank::detail
