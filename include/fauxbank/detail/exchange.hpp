#pragma once

// One request on its way through the service.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/detail/form.hpp>
#include <fauxbank/detail/idempotency.hpp>
#include <fauxbank/detail/json_writer.hpp>
#include <fauxbank/detail/stepper.hpp>
#include <fauxbank/http/service.hpp>

namespace fauxbank::detail {

class AccountPrinter;

/// One element of a list: `features[]` has no index, `features[3]` has.
struct ListElement {
  std::optional<std::uint64_t> index;
  std::string_view value;
};

/// `features[0]`
inline std::string element_name(std::string_view param, std::uint64_t index) {
  return std::string(param) + "[" + std::to_string(index) + "]";
}

/// A parameter with its name taken apart.
struct GivenParam {
  FormName name;
  std::string_view value;
};

/// The header fields that the service heeds, each the first of its name; empty for none.
struct KnownHeaders {
  explicit KnownHeaders(const Headers& headers) noexcept;

  std::string_view authorization;
  std::string_view content_type;
  std::string_view version;
  std::string_view account;
  std::optional<std::string_view> idempotency_key;
};

/// A form of features that was taken, and what it said: tests send the same one again and again.
struct TakenForm {
  static constexpr std::size_t kLongest = 256;  // bytes that are worth keeping

  std::optional<Operation> operation;
  std::string body;
  FeatureSet features;
  RuleSet rules;  // that decoding and reading it applied
};

/// What requests leave behind for the next: memory, and of contents only what is accepted.
struct ExchangeScratch {
  Buffer buffer;
  FormFields fields;
  std::vector<GivenParam> given;  // for each field
  std::vector<ListElement> elements;
  std::string account;   // the id in the path
  std::string accepted;  // the Authorization that was accepted last: it stays for the next
  TakenForm taken;       // the form that was taken last: it stays for the next

  void clear() noexcept {
    buffer.clear();
    fields.clear();
    given.clear();
    account.clear();
  }
};

/// Each check returns true when the request may go on; otherwise the refusal is set.
///
/// What most requests have no need of is cold or never inlined: between the steps that all of them
/// take it would cost these room in the processor's cache (docs/adr/0015-inlining.md).
class Exchange {
 public:
  Exchange(const ServiceOptions& options, State& state, const Request& request,
           ExchangeScratch& scratch, Answer& answer)
      : options_(options),
        state_(state),
        request_(request),
        headers_(request.headers),
        buffer_(scratch.buffer),
        fields_(scratch.fields),
        given_(scratch.given),
        elements_(scratch.elements),
        account_(scratch.account),
        accepted_(scratch.accepted),
        taken_(scratch.taken),
        answer_(answer),
        refusal_(answer.outcome.refusal) {}

  /// \param instead answered in place of what came of the request
  void run(const InjectedAnswer* instead);
  /// Answer without applying the request.
  void inject(const InjectedAnswer& injected);
  /// What the request is routed to; nothing when it has no route or fails authentication.
  std::optional<RequestTarget> identify();

 private:
  void split_target();
  [[gnu::cold]] void respond_injected(const InjectedAnswer& injected);
  // ---- who and where (service_route.ipp) ----
  bool authenticate();
  bool authenticate_anew();
  [[gnu::cold]] bool refuse_live_key();
  bool check_key(std::string_view key);
  /// False, and the refusal is set; true where the rule is off.
  [[gnu::cold]] bool reject_key(std::string message);
  bool route();
  bool route_account(std::string_view rest);
  bool route_resource(std::string_view rest, Operation one, Operation all);
  bool decode_id(std::string_view segment);
  [[gnu::cold]] bool unknown_route();
  bool select_tenant();
  bool check_content_type();
  bool check_other_type();
  bool accept();

  // ---- idempotency (service_idempotency.ipp) ----
  bool look_up_key(std::string_view header);
  std::string shown_key() const;
  [[gnu::cold]] void respond_replay();
  void add_executed();
  void store_answer(bool executed);

  // ---- parameters (service_params.ipp) ----
  bool take_form();
  bool read_form();
  bool decode();
  bool read_params();
  bool read_required();
  bool refuse_unknown();
  bool known(const FormName& name) const;
  bool read_list_params();
  bool read_holder();
  bool read_integer(std::string_view param, std::string_view text,
                    std::optional<std::int64_t>& out);
  bool read_page(PageParams& page);
  bool read_owners_params();
  bool read_transactions_params();
  bool read_time_filter(TimeFilter& filter);
  bool read_expand();
  bool only_hash(std::string_view root, std::string_view example);
  [[gnu::cold]] bool reject_missing(std::string_view param);
  [[gnu::cold]] bool reject_choice(std::string_view param, std::string_view value,
                                   std::string_view choices);
  template <class Take>
  bool each_element(std::string_view param, const Take& take);
  bool read_session_params();
  bool read_session_holder();
  bool read_session_features();
  bool read_session_filters();
  bool read_session_limits();
  bool is_given(std::string_view param) const;
  bool elements_of(std::string_view param);
  bool integer(std::string_view param, std::optional<std::int64_t>& out);
  bool read_features();
  bool read_feature(std::uint64_t index, std::string_view value);
  bool scalar(std::string_view param, std::optional<std::string>& out);
  bool usable(std::string_view param, std::string_view value);

  // ---- the answer (service.ipp) ----
  [[gnu::cold]] bool reject(Rule rule, int status, std::string_view code, std::string_view param,
                            std::string message);
  Command command() const;
  void respond();
  void print_answer();
  void print_other(AccountPrinter& printer);
  bool expands_any() const;
  void sign_events();
  [[gnu::cold]] void respond_refusal(const Refusal& refusal);
  void print_error(const Refusal& refusal);
  void make_request_id();
  void add_headers(bool anonymous);
  void add_echoes();
  void echo(std::string_view name, std::string_view sent);

  const ServiceOptions& options_;
  State& state_;
  const Request& request_;
  KnownHeaders headers_;
  Buffer& buffer_;
  FormFields& fields_;
  std::vector<GivenParam>& given_;
  std::vector<ListElement>& elements_;
  std::string& account_;
  std::string& accepted_;
  TakenForm& taken_;
  Answer& answer_;
  RuleLog log_;
  std::optional<Refusal>& refusal_;  // the answer's
  MintedId request_id_;
  std::string_view path_;
  std::string_view query_;
  std::string_view tenant_;
  Form form_ = Form::documented;
  std::string key_;     // of idempotency; empty for none
  std::string params_;  // what is compared under the key
  Ref<const StoredAnswer> replay_;
  FeatureSet features_;
  std::optional<ListParams> list_;
  std::optional<OwnersParams> owners_;
  std::optional<TransactionsParams> transactions_;
  std::optional<SessionSpec> session_;
  std::vector<std::string> expand_;
};

}  // namespace fauxbank::detail
