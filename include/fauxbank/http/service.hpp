#pragma once

/// \file
/// The HTTP face, sans I/O: a request in, a response out, the state changed in between.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/engine.hpp>
#include <fauxbank/http/message.hpp>

namespace fauxbank {
namespace detail {
class Exchange;
}

/// How a service treats its callers; not part of the simulated world.
struct ServiceOptions {
  std::vector<std::string> keys{};  ///< accepted keys; empty: every test key
  bool compact = false;             ///< print JSON without white space (rule form.json)
  /// Answers stored under idempotency keys take up to this; beyond it the oldest are forgotten.
  std::size_t idempotency_bytes = std::size_t{16} << 20;
};

/// What handling one request gave.
struct Answer {
  Response response;
  Outcome outcome;                     ///< rules of all layers, changes and events
  std::optional<Operation> operation;  ///< nothing when no route matched
  std::string_view account;            ///< the id in the path, while the service is not used again
  Form form = Form::documented;        ///< how the answer was written
  /// The body can be printed again from `outcome`'s account or page. Then the header fields are the
  /// service's own: none came from a caller, or from a plan, but echoes that were searched for live
  /// keys.
  bool printable = false;
  std::string misuse;  ///< what the caller did that no test should do; empty for nothing
};

/// What an authenticated request is routed to.
struct RequestTarget {
  Operation operation = Operation::list;
  std::string account{};  ///< the id in the path, decoded; empty where there is none
};

/// An answer that stands in place of the service's own, as a proxy on the way might give it.
struct InjectedAnswer {
  int status = 500;
  std::string_view type = "invalid_request_error";
  std::string code{};     ///< empty: the error body has none
  std::string message{};  ///< of the error body
  bool should_retry = false;
  Headers headers{};
  std::optional<std::string> body{};  ///< in place of an error body
};

/// The keys' number, never the keys.
std::string to_string(const ServiceOptions& options);
/// The response, and what the step did.
std::string to_string(const Answer& answer);

/// Routes, authenticates, decodes, checks, steps the engine and prints, in the rulebook's order.
///
/// Keeps buffers between calls. Thread safety: none; a `World` holds it under its lock.
class Service {
 public:
  explicit Service(ServiceOptions options = {});
  Service(Service&&) noexcept;
  Service& operator=(Service&&) noexcept;
  ~Service();

  const ServiceOptions& options() const noexcept { return options_; }

  /// Answer one request at the state's present. Refusals are answers like any other.
  ///
  /// Rules: auth.*, route.*, form.*, param.*, error.envelope, then the engine's.
  /// Determinism: draws one request id for every answer that has one; time does not move.
  /// Complexity: linear in the request and the answer.
  /// Precondition: nothing is due in `state`.
  /// Exception safety: only `std::bad_alloc`.
  /// \param instead answered in place of what came of it, which stands nevertheless; stored under
  ///   an idempotency key like any executed answer, unless it is a 429 (rule idem.stored)
  Answer handle(State& state, const Request& request, const InjectedAnswer* instead = nullptr);

  /// Answer in place of handling a request: nothing is applied.
  Answer inject(State& state, const Request& request, const InjectedAnswer& answer);

  /// What a request is routed to; nothing when it has no route or fails authentication. Changes
  /// nothing.
  std::optional<RequestTarget> target(State& state, const Request& request);

 private:
  struct Scratch;
  detail::Exchange exchange(State& state, const Request& request, Answer& answer);

  ServiceOptions options_;
  detail::Ref<Scratch> scratch_;  // never shared
};

}  // namespace fauxbank

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/print.ipp>
#include <fauxbank/impl/print_family.ipp>
#include <fauxbank/impl/service.ipp>
#include <fauxbank/impl/service_family.ipp>
#include <fauxbank/impl/service_idempotency.ipp>
#include <fauxbank/impl/service_params.ipp>
#include <fauxbank/impl/service_route.ipp>
#include <fauxbank/impl/service_session.ipp>
#endif
