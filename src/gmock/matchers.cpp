// Matchers of one value. Compiled once in the user's own test program, as the mocks are.

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/detail/form.hpp>
#include <fauxbank/detail/json_peek.hpp>
#include <fauxbank/detail/nearest.hpp>
#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/gmock.hpp>

namespace fauxbank {
namespace {

using ::testing::Matcher;
using ::testing::MatcherInterface;
using ::testing::MatchResultListener;
using ::testing::StringMatchResultListener;

/// A matcher of one field: `get` reads it, or says why there is none; `what` names it.
template <class T, class Field, class Get>
class FieldMatcher final : public MatcherInterface<const T&> {
 public:
  FieldMatcher(std::string what, Matcher<Field> inner, Get get)
      : what_(std::move(what)), inner_(std::move(inner)), get_(std::move(get)) {}

  bool MatchAndExplain(const T& value, MatchResultListener* listener) const override {
    std::string missing;
    const auto field = get_(value, missing);
    if (!missing.empty()) {
      *listener << missing;
      return false;
    }
    *listener << "whose " << what_ << " is " << ::testing::PrintToString(field);
    StringMatchResultListener why;
    const bool matches = inner_.MatchAndExplain(field, &why);
    if (!why.str().empty()) *listener << ", " << why.str();
    return matches;
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "whose " << what_ << " ";
    inner_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const override {
    *out << "whose " << what_ << " ";
    inner_.DescribeNegationTo(out);
  }

 private:
  std::string what_;
  Matcher<Field> inner_;
  Get get_;
};

template <class T, class Field, class Get>
Matcher<const T&> field(std::string what, Matcher<Field> inner, Get get) {
  return Matcher<const T&>(
      new FieldMatcher<T, Field, Get>(std::move(what), std::move(inner), std::move(get)));
}

bool present(const Account& account, std::string& missing) {
  if (!account) missing = "which is no account";
  return static_cast<bool>(account);
}

std::string path_of(const Request& request) {
  return request.target.substr(0, request.target.find('?'));
}

class MethodAndPath final : public MatcherInterface<const Request&> {
 public:
  MethodAndPath(Method method, Matcher<const std::string&> path)
      : method_(method), path_(std::move(path)) {}

  bool MatchAndExplain(const Request& request, MatchResultListener* listener) const override {
    if (request.method != method_) {
      *listener << "whose method is " << to_string(request.method);
      return false;
    }
    const std::string path = path_of(request);
    *listener << "whose path is " << detail::quoted(detail::one_line(path, 300));
    return path_.Matches(path);
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "is a " << to_string(method_) << " of a path that ";
    path_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const override {
    *out << "is no " << to_string(method_) << " of a path that ";
    path_.DescribeTo(out);
  }

 private:
  Method method_;
  Matcher<const std::string&> path_;
};

/// Elements of lists under one name, however they are numbered.
std::string without_indexes(std::string_view name) {
  std::string plain;
  bool inside = false;
  for (char c : name) {
    if (c == '[') inside = true;
    if (c == ']') inside = false;
    if (!inside || c == '[' || c < '0' || c > '9') plain.push_back(c);
  }
  return plain;
}

detail::FormFields params_of(const Request& request) {
  detail::FormFields fields;
  const std::size_t question = request.target.find('?');
  if (question != std::string::npos)
    fields.decode(std::string_view(request.target).substr(question + 1), "query");
  fields.decode(request.body, "body");
  return fields;
}

class Param final : public MatcherInterface<const Request&> {
 public:
  Param(std::string name, Matcher<const std::string&> value)
      : name_(std::move(name)), plain_(without_indexes(name_)), value_(std::move(value)) {}

  bool MatchAndExplain(const Request& request, MatchResultListener* listener) const override {
    detail::Nearest nearest(plain_);
    std::string values;
    const detail::FormFields params = params_of(request);
    for (const detail::FormField& field : params) {
      // A name with an index asks for that element, one without for any.
      if (field.name != name_ && without_indexes(field.name) != name_) {
        nearest.offer(without_indexes(field.name));
        continue;
      }
      if (value_.Matches(std::string(field.value))) return true;
      values.append(values.empty() ? "" : ", ");
      values.append(detail::quoted(detail::one_line(field.value, 200)));
    }
    if (!values.empty()) {
      *listener << "whose parameter '" << name_ << "' is " << values;
      return false;
    }
    *listener << "which has no parameter '" << name_ << "'";
    if (const std::string best = nearest.best(); !best.empty())
      *listener << "; nearest is '" << best << "'";
    return false;
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "has a parameter '" << name_ << "' that ";
    value_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const override {
    *out << "has no parameter '" << name_ << "' that ";
    value_.DescribeTo(out);
  }

 private:
  std::string name_;
  std::string plain_;
  Matcher<const std::string&> value_;
};

class ErrorIs final : public MatcherInterface<const ApiError&> {
 public:
  ErrorIs(Matcher<const std::string&> code, Matcher<const std::string&> param)
      : code_(std::move(code)), param_(std::move(param)) {}

  bool MatchAndExplain(const ApiError& error, MatchResultListener* listener) const override {
    *listener << "whose code is " << detail::quoted(error.code) << " and param is "
              << detail::quoted(detail::one_line(error.param, 200));
    return code_.Matches(error.code) && param_.Matches(error.param);
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "fails with a code that ";
    code_.DescribeTo(out);
    *out << " and a param that ";
    param_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const override {
    *out << "is ok, or fails with a code that ";
    code_.DescribeNegationTo(out);
    *out << " or a param that ";
    param_.DescribeNegationTo(out);
  }

 private:
  Matcher<const std::string&> code_;
  Matcher<const std::string&> param_;
};

}  // namespace

// ---- accounts -----------------------------------------------------------------------------------

Matcher<const Account&> HasStatus(Matcher<Status> status) {
  return field<Account, Status>("status", std::move(status),
                                [](const Account& account, std::string& missing) {
                                  return present(account, missing) ? account.status() : Status();
                                });
}

Matcher<const Account&> HasBalance(Matcher<std::int64_t> amount, std::string currency) {
  const std::string what = "balance in " + currency;
  return field<Account, std::int64_t>(
      what, std::move(amount),
      [currency = std::move(currency)](const Account& account, std::string& missing) {
        if (!present(account, missing)) return std::int64_t{0};
        const Balance* balance = account.balance();
        if (balance == nullptr) {
          missing = "which has no balance yet";
          return std::int64_t{0};
        }
        for (const Amount& each : balance->current) {
          if (each.currency == currency) return each.value;
        }
        missing = "whose balance is " + to_string(*balance);
        return std::int64_t{0};
      });
}

Matcher<const Account&> RefreshIs(Feature feature, Matcher<RefreshStatus> status) {
  const std::string name(to_string(feature));
  return field<Account, RefreshStatus>(
      name + " refresh", std::move(status),
      [feature, name](const Account& account, std::string& missing) {
        if (!present(account, missing)) return RefreshStatus();
        const Refresh* refresh = account.refresh(feature);
        if (refresh == nullptr) missing = "whose " + name + " was never refreshed";
        return refresh == nullptr ? RefreshStatus() : refresh->status;
      });
}

Matcher<const Account&> IsSubscribedTo(Feature feature) {
  return field<Account, bool>("subscription to " + std::string(to_string(feature)),
                              Matcher<bool>(true),
                              [feature](const Account& account, std::string& missing) {
                                return present(account, missing) && account.subscribed() &&
                                       feature == Feature::transactions;
                              });
}

// ---- pages --------------------------------------------------------------------------------------

Matcher<const Page<Account>&> PageIds(Matcher<const std::vector<std::string>&> ids) {
  return field<Page<Account>, const std::vector<std::string>&>(
      "list of ids", std::move(ids), [](const Page<Account>& page, std::string&) {
        std::vector<std::string> found;
        for (const Account& account : page.data)
          found.emplace_back(account ? account.id() : "no account");
        return found;
      });
}

Matcher<const Page<Account>&> HasMore(bool more) {
  return field<Page<Account>, bool>(
      "has_more", Matcher<bool>(more),
      [](const Page<Account>& page, std::string&) { return page.has_more; });
}

// ---- requests and responses ---------------------------------------------------------------------

Matcher<const Request&> IsGet(Matcher<const std::string&> path) {
  return Matcher<const Request&>(new MethodAndPath(Method::get, std::move(path)));
}

Matcher<const Request&> IsPost(Matcher<const std::string&> path) {
  return Matcher<const Request&>(new MethodAndPath(Method::post, std::move(path)));
}

Matcher<const Request&> HasParam(std::string name, Matcher<const std::string&> value) {
  return Matcher<const Request&>(new Param(std::move(name), std::move(value)));
}

Matcher<const Request&> HasIdempotencyKey(Matcher<const std::string&> key) {
  return field<Request, const std::string&>(
      "Idempotency-Key", std::move(key), [](const Request& request, std::string& missing) {
        const auto found = request.headers.find("Idempotency-Key");
        if (!found) missing = "which has no Idempotency-Key";
        return std::string(found.value_or(std::string_view()));
      });
}

Matcher<const Response&> HasHttpStatus(Matcher<int> status) {
  return field<Response, int>(
      "status", std::move(status),
      [](const Response& response, std::string&) { return response.status; });
}

Matcher<const Response&> HasErrorCode(Matcher<const std::string&> code) {
  return field<Response, const std::string&>(
      "error code", std::move(code), [](const Response& response, std::string& missing) {
        const auto error = detail::peek_member(response.body, "error");
        if (!error) missing = "whose body has no error";
        const auto found = error ? detail::peek_member(*error, "code") : std::nullopt;
        return found ? detail::peek_string(*found) : std::string();
      });
}

// ---- results ------------------------------------------------------------------------------------

detail::FailsWithMatcher FailsWith(Matcher<const std::string&> code,
                                   Matcher<const std::string&> param) {
  return detail::FailsWithMatcher(
      Matcher<const ApiError&>(new ErrorIs(std::move(code), std::move(param))));
}

Matcher<const Result<Response, transport_errc>&> FailsWith(transport_errc error) {
  return field<Result<Response, transport_errc>, transport_errc>(
      "transport error", Matcher<transport_errc>(error),
      [](const Result<Response, transport_errc>& result, std::string& missing) {
        if (result) missing = "which is an answer";
        return result ? transport_errc() : result.error();
      });
}

}  // namespace fauxbank
