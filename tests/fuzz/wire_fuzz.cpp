// Any bytes, on one connection: how they arrive changes nothing, and what is answered is HTTP.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <fauxbank/http/wire.hpp>
#include <fauxbank/random.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fauxbank::fuzz {
namespace {

constexpr WireLimits kLimits{.line_bytes = 128,
                             .head_bytes = 512,
                             .fields = 8,
                             .body_bytes = 64,
                             .chunk_extra_bytes = 32,
                             .output_bytes = 256};

[[noreturn]] void fail(const char* what, const std::string& output) {
  std::fprintf(stderr, "wire_fuzz: %s\n%s\n", what, output.substr(0, 2000).c_str());
  std::abort();
}

void expect(bool held, const char* what, const std::string& output) {
  if (!held) fail(what, output);
}

/// The planted fault of a build of its own, which shows that an overflow is found: a host goes into
/// a buffer that holds the usual ones.
void planted_fault([[maybe_unused]] const Request& request) {
#ifdef FAUXBANK_PLANTED_OVERFLOW
  const std::string host(request.headers.find("Host").value_or(std::string_view()));
  std::array<char, 16> name{};
  volatile char* out = name.data();
  for (char c : host)
    *out++ = c;
#endif
}

/// When an answer leaves that is given from outside.
constexpr Instant kNever{Milliseconds{1'000'000'000'000}};

/// On its way until it is answered from outside.
struct OnItsWay final : InTransit {
  Delivery arrive() override { return {}; }
};

/// Checks each request and answers it in one of several ways.
class Checking final : public Transport {
 public:
  Result<Response, transport_errc> send(const Request& request) override {
    planted_fault(request);
    expect(request.target.front() == '/' || request.target == "*", "a strange target",
           request.target);
    expect(request.body.size() <= kLimits.body_bytes, "a body beyond the limit", request.body);
    expect(request.headers.size() <= kLimits.fields, "too many headers", request.target);
    for (const auto& field : request.headers) {
      for (char c : field.value)
        expect(static_cast<unsigned char>(c) >= ' ' || c == '\t', "a control", request.target);
    }
    seen.append(to_string(request.method)).append(" ").append(request.target).append(" ");
    seen.append(request.body).append("\n");
    ++count;
    if (request.target == "/reset") return Failure(transport_errc::connection_reset);
    if (request.target == "/stall") return Failure(transport_errc::timed_out);
    if (request.target == "/short") return Failure(transport_errc::truncated_answer);
    // The reader below does not know that an answer belongs to a HEAD, which tells a length only.
    if (request.method == Method::head) return Response{404, {}, {}};
    return Response{200, {}, request.body};
  }
  Delivery deliver(const Request& request) override {
    Delivery delivery = Transport::deliver(request);
    if (request.target == "/held") delivery.not_before = Instant{Milliseconds{1000}};
    if (request.method != Method::head) {  // as above
      if (request.target == "/deferred" || request.target == "/on_its_way")
        delivery.not_before = kNever;
      if (request.target == "/on_its_way") delivery.in_transit = detail::make_ref<OnItsWay>();
    }
    if (request.target == "/paced") delivery.bytes_per_second = 7;
    if (request.target == "/garbage") {
      delivery.raw = "220 ready";
      delivery.after = AfterAnswer::close;
    }
    return delivery;
  }

  std::string seen;
  std::size_t count = 0;
};

struct Outcome {
  std::string seen;
  std::string output;
  WireState state = WireState::open;
  bool idle = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

enum class Pieces { one, some, bytes };

Outcome run(std::string_view stream, Pieces pieces, bool closes) {
  Checking transport;
  Wire wire(transport, kLimits);
  Random random(stream.size(), RandomStream::test);
  Outcome outcome;
  while (!stream.empty()) {
    std::size_t size = stream.size();
    if (pieces == Pieces::some) size = 1 + static_cast<std::size_t>(random.below(size));
    if (pieces == Pieces::bytes) size = 1;
    wire.receive(stream.substr(0, size));
    stream.remove_prefix(size);
    // What is held back comes in time.
    for (;;) {
      if (wire.output().empty()) {
        if (!wire.due()) break;
        if (*wire.due() == kNever) {
          wire.answer_held({200, {}, "made elsewhere"});
        } else {
          wire.advance_to(*wire.due());
        }
        continue;
      }
      const std::size_t part = 1 + static_cast<std::size_t>(random.below(wire.output().size()));
      outcome.output += wire.output().substr(0, part);
      wire.sent(part);
    }
  }
  if (closes) {
    wire.receive_end();
    outcome.output += wire.output();
    wire.sent(wire.output().size());
    expect(wire.state() != WireState::open, "open after the end", outcome.output);
  }
  expect(wire.requests() == transport.count, "miscounted", outcome.output);
  outcome.seen = std::move(transport.seen);
  outcome.state = wire.state();
  outcome.idle = wire.idle();
  return outcome;
}

/// Every answer begins and ends where it should, and one that is no 200 or 404 is the last.
void check_answers(const Outcome& outcome) {
  std::string_view rest = outcome.output;
  while (!rest.empty()) {
    const std::size_t head = rest.find("\r\n\r\n");
    if (rest == "220 ready") return;
    expect(rest.substr(0, 9) == "HTTP/1.1 " && head != std::string_view::npos, "no answer",
           outcome.output);
    const std::string_view status = rest.substr(9, 3);
    const std::size_t length = rest.substr(0, head).find("\r\nContent-Length: ");
    std::size_t body = 0;
    if (length != std::string_view::npos)
      body = static_cast<std::size_t>(std::atoi(std::string(rest.substr(length + 18, 8)).c_str()));
    rest.remove_prefix(head + 4);
    if (rest.size() < body) {
      expect(outcome.state == WireState::finished && status == "200", "a short answer",
             outcome.output);
      return;
    }
    rest.remove_prefix(body);
    const bool goes_on = status == "200" || status == "404" || status == "100";
    expect(goes_on || (rest.empty() && outcome.state == WireState::finished),
           "something behind a refusal", outcome.output);
  }
}

void check(std::string_view stream) {
  for (const bool closes : {false, true}) {
    const Outcome whole = run(stream, Pieces::one, closes);
    check_answers(whole);
    for (const Pieces pieces : {Pieces::some, Pieces::bytes})
      expect(run(stream, pieces, closes) == whole, "pieces make a difference", whole.output);
  }
}

}  // namespace
}  // namespace fauxbank::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // An empty input has no address.
  const std::string_view input =
      size == 0 ? std::string_view() : std::string_view(reinterpret_cast<const char*>(data), size);
  fauxbank::fuzz::check(input);
  return 0;
}
