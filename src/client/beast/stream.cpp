#include <fauxbank/client/beast.hpp>

#include <algorithm>
#include <cstring>
#include <exception>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/query.hpp>
#include <boost/beast/core/error.hpp>

#include <fauxbank/detail/front.hpp>

namespace fauxbank {

namespace {

using boost::system::error_code;
namespace error = boost::asio::error;

// Its base has a destructor that is not virtual, on purpose: categories are never deleted.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class TransportCategory final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "fauxbank.wire_stream"; }
  std::string message(int) const override {
    return "the answer never comes, and a synchronous read has no time limit: "
           "this client would hang for ever";
  }
};
#pragma GCC diagnostic pop

}  // namespace

boost::system::error_code make_error_code(wire_stream_errc code) noexcept {
  static const TransportCategory category;
  return {static_cast<int>(code), category};
}

struct WireStream::Impl : std::enable_shared_from_this<Impl> {
  /// A read that waits.
  struct Reading {
    boost::asio::mutable_buffer to;
    Done done;
    boost::asio::executor_work_guard<executor_type> work;  // as a socket's keeps `run` going
    std::uint64_t number;
  };

  /// The streams whose reads wait in one context. It lets go of the reads when it ends, as of those
  /// of sockets: a handler may own the stream that owns it.
  class Waiting final : public boost::asio::execution_context::service {
   public:
    using key_type = Waiting;
    static const boost::asio::execution_context::id id;
    explicit Waiting(boost::asio::execution_context& context)
        : boost::asio::execution_context::service(context) {}

    void add(Impl& impl) {
      const std::lock_guard lock(mutex_);
      impls_.insert(&impl);
    }
    void remove(Impl& impl) {
      const std::lock_guard lock(mutex_);
      impls_.erase(&impl);
    }

   private:
    void shutdown() override {
      std::vector<Reading> dropped;  // destroyed unlocked: so are streams
      const std::lock_guard lock(mutex_);
      for (Impl* impl : impls_) {
        dropped.push_back(std::move(*impl->reading));
        impl->reading.reset();
        impl->waiting = nullptr;
      }
      impls_.clear();
    }
    std::mutex mutex_;
    std::unordered_set<Impl*> impls_;
  };

  Impl(executor_type on, Transport& to, const WireStreamOptions& with)
      : executor(std::move(on)), transport(to), options(with), front(to) {
    wire.emplace(front, options.limits);
  }

  // ---- time ----

  std::optional<Instant> limit() const {
    if (never) return std::nullopt;
    if (expiry) return expiry;
    if (options.timeout > Milliseconds::zero()) return detail::later(now(), options.timeout);
    return std::nullopt;
  }
  Instant now() const { return options.clock != nullptr ? options.clock->now() : Instant{}; }
  void move_to(Instant at) {
    if (options.clock != nullptr) options.clock->reach(at);
    wire->advance_to(at);
  }
  /// Let the next thing happen that needs nothing but time, and that not later than `until`.
  bool pass_time(std::optional<Instant> until) {
    const auto due = wire->due();
    if (!due || (options.clock != nullptr && until && *until < *due)) return false;
    move_to(*due);
    return true;
  }

  // ---- reading ----

  /// Take what is there, or learn that nothing is.
  bool take(boost::asio::mutable_buffer to, error_code& ec, std::size_t& size) {
    if (options.clock != nullptr) wire->advance_to(options.clock->now());
    const std::string_view output = wire->output();
    size = std::min(output.size(), to.size());
    ec = {};
    if (size != 0) {
      std::memcpy(to.data(), output.data(), size);
      wire->sent(size);
      return true;
    }
    if (to.size() == 0) return true;
    if (receive_shut || wire->state() == WireState::finished) {
      ec = error::eof;
      return true;
    }
    if (wire->state() == WireState::reset) {
      // Told once; then the socket is merely at its end.
      if (std::exchange(reset_told, true)) {
        ec = error::eof;
      } else {
        ec = error::connection_reset;
      }
      return true;
    }
    return false;
  }

  /// Complete the read that waits, if anything but its limit can end it.
  bool settle() {
    if (!reading) return true;
    error_code ec;
    std::size_t size = 0;
    do {
      if (take(reading->to, ec, size)) {
        finish(ec, size);
        return true;
      }
    } while (pass_time(reading_limit));
    return false;
  }

  /// Only now are others told: most reads need not wait.
  void wait() {
    auto& context = boost::asio::query(executor, boost::asio::execution::context);
    Waiting& all = boost::asio::use_service<Waiting>(context);
    all.add(*this);
    waiting = &all;
  }

  void finish(error_code ec, std::size_t size) {
    if (waiting != nullptr) std::exchange(waiting, nullptr)->remove(*this);
    Done done = std::move(reading->done);
    boost::asio::get_associated_cancellation_slot(done).clear();
    boost::asio::post(executor, boost::asio::append(std::move(done), ec, size));
    reading.reset();
  }

  /// The time of the read that waits is over: others had their turn to write.
  void expire() {
    if (options.clock != nullptr && reading_limit) options.clock->reach(*reading_limit);
    finish(boost::beast::error::timeout, 0);
    wire.reset();
  }

  void cancel() {
    if (reading) finish(error::operation_aborted, 0);
  }

  template <class F>
  void guarded(F f) {
    try {
      f();
    } catch (...) {
      boost::asio::post(executor,
                        [what = std::current_exception()] { std::rethrow_exception(what); });
    }
  }

  executor_type executor;
  Transport& transport;
  WireStreamOptions options;
  detail::Front front;
  std::optional<Wire> wire;  // none: closed
  std::optional<Reading> reading;
  Waiting* waiting = nullptr;  // knows of the read
  std::optional<Instant> reading_limit;
  std::optional<Instant> expiry;
  bool never = false;  // expires_never
  bool send_shut = false;
  bool receive_shut = false;
  bool reset_told = false;
  std::uint64_t reads = 0;
};

const boost::asio::execution_context::id WireStream::Impl::Waiting::id;

WireStream::WireStream(executor_type executor, Transport& transport,
                       const WireStreamOptions& options)
    : impl_(std::make_shared<Impl>(std::move(executor), transport, options)) {}
WireStream::WireStream(WireStream&&) noexcept = default;

WireStream& WireStream::operator=(WireStream&& other) noexcept {
  if (this != &other) {
    if (impl_) close();
    impl_ = std::move(other.impl_);
  }
  return *this;
}

WireStream::~WireStream() {
  if (impl_) close();
}

WireStream::executor_type WireStream::get_executor() const noexcept { return impl_->executor; }

// ---- the connection -----------------------------------------------------------------------------

bool WireStream::is_open() const noexcept { return impl_->wire.has_value(); }

void WireStream::reconnect() {
  close();
  impl_->front.restart();
  impl_->wire.emplace(impl_->front, impl_->options.limits);
  impl_->send_shut = impl_->receive_shut = impl_->reset_told = false;
}

void WireStream::shutdown(shutdown_type what, error_code& ec) {
  Impl& self = *impl_;
  ec = {};
  if (!self.wire) {
    ec = error::bad_descriptor;
  } else if (self.wire->state() == WireState::reset) {
    ec = error::not_connected;
  } else {
    if (what != shutdown_type::shutdown_receive && !std::exchange(self.send_shut, true))
      self.wire->receive_end();
    if (what != shutdown_type::shutdown_send) self.receive_shut = true;
    self.guarded([&self] { self.settle(); });
  }
}

void WireStream::shutdown(shutdown_type what) {
  error_code ec;
  shutdown(what, ec);
  if (ec) throw boost::system::system_error(ec, "shutdown");
}

void WireStream::cancel() { impl_->cancel(); }

void WireStream::close() {
  impl_->cancel();
  impl_->wire.reset();
}

void WireStream::expires_after(std::chrono::nanoseconds time) {
  impl_->never = false;
  impl_->expiry = impl_->now() + std::chrono::ceil<Milliseconds>(time);
}

void WireStream::expires_never() {
  impl_->never = true;
  impl_->expiry.reset();
}

// ---- bytes --------------------------------------------------------------------------------------

/// Tell the transport how long the client waits for what is asked now.
void WireStream::limit_answers(bool limited) {
  Impl& self = *impl_;
  if (!self.wire) return;
  const auto limit = limited ? self.limit() : std::nullopt;
  std::optional<Milliseconds> deadline;
  if (limit) deadline = std::max(*limit - self.now(), Milliseconds::zero());
  self.wire->set_deadline(deadline);
}

std::size_t WireStream::write(boost::asio::const_buffer bytes, error_code& ec) {
  Impl& self = *impl_;
  ec = {};
  if (!self.wire) {
    ec = error::bad_descriptor;
  } else if (self.send_shut || self.reset_told) {
    ec = error::broken_pipe;
  } else if (self.wire->state() == WireState::reset) {
    self.reset_told = true;
    ec = error::connection_reset;
  }
  if (ec || bytes.size() == 0) return 0;
  if (self.options.clock != nullptr) self.wire->advance_to(self.options.clock->now());
  self.wire->receive({static_cast<const char*>(bytes.data()), bytes.size()});
  if (self.front.refused() && !std::exchange(self.reset_told, true)) {
    ec = error::connection_refused;
    return 0;
  }
  self.settle();
  return bytes.size();
}

std::size_t WireStream::read(boost::asio::mutable_buffer to, error_code& ec) {
  Impl& self = *impl_;
  std::size_t size = 0;
  if (!self.wire) {
    ec = error::bad_descriptor;
    return 0;
  }
  while (!self.take(to, ec, size)) {
    if (self.pass_time(std::nullopt)) continue;
    ec = wire_stream_errc::hangs_for_ever;
    return 0;
  }
  return size;
}

void WireStream::start_read(boost::asio::mutable_buffer to, Done done) {
  Impl& self = *impl_;
  if (!self.wire) return complete(std::move(done), error::bad_descriptor, 0);
  auto slot = boost::asio::get_associated_cancellation_slot(done);
  const std::uint64_t number = ++self.reads;
  self.reading.emplace(
      Impl::Reading{to, std::move(done), boost::asio::make_work_guard(self.executor), number});
  self.reading_limit = self.limit();
  self.guarded([&self, &slot, number] {
    if (self.settle()) return;
    self.wait();
    if (slot.is_connected()) {
      slot.assign([weak = self.weak_from_this(), number](boost::asio::cancellation_type) {
        const auto alive = weak.lock();
        if (alive && alive->reading && alive->reading->number == number) alive->cancel();
      });
    }
    if (!self.reading_limit) return;
    boost::asio::post(self.executor, [weak = self.weak_from_this(), number] {
      const auto alive = weak.lock();
      if (alive && alive->reading && alive->reading->number == number) alive->expire();
    });
  });
}

void WireStream::complete(Done done, error_code ec, std::size_t size) {
  boost::asio::post(impl_->executor, boost::asio::append(std::move(done), ec, size));
}

void WireStream::post_exception() {
  impl_->guarded([] { throw; });
}

}  // namespace fauxbank
