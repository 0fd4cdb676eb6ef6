#pragma once

/// \file
/// The HTTP face, sans I/O: a request in, a response out, the state changed in between.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/engine.hpp>
#include <fauxbank/http/message.hpp>

namespace fauxbank {

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
  bool printable = false;  ///< the body can be printed again from `outcome`'s account or page
  std::string misuse;      ///< what the caller did that no test should do; empty for nothing
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
  Answer handle(State& state, const Request& request);

 private:
  struct Scratch;
  ServiceOptions options_;
  std::unique_ptr<Scratch> scratch_;
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
#endif
