#pragma once

/// \file
/// Matchers for JSON bodies over Boost.JSON values. A header of its own, because it needs that
/// library: link `Boost::json` beside `fauxbank::gmock`.

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include <fauxbank/detail/utf8.hpp>
#include <fauxbank/http/message.hpp>

namespace fauxbank {
namespace detail {

using JsonMatcher = ::testing::Matcher<const boost::json::value&>;

/// A JSON value for a failure: one line, cut.
inline std::string json_text(const boost::json::value& value) {
  return one_line(boost::json::serialize(value), 300);
}

/// An expected value, or a matcher of values.
inline JsonMatcher json_matcher(JsonMatcher matcher) { return matcher; }
inline JsonMatcher json_matcher(const boost::json::value& expected) {
  class Equals final : public ::testing::MatcherInterface<const boost::json::value&> {
   public:
    explicit Equals(const boost::json::value& value) : value_(value) {}
    bool MatchAndExplain(const boost::json::value& value,
                         ::testing::MatchResultListener*) const override {
      return value == value_;
    }
    void DescribeTo(std::ostream* out) const override { *out << "is " << json_text(value_); }
    void DescribeNegationTo(std::ostream* out) const override {
      *out << "is not " << json_text(value_);
    }

   private:
    boost::json::value value_;
  };
  return JsonMatcher(new Equals(expected));
}

template <class M>
JsonMatcher to_json_matcher(M&& m) {
  using Plain = std::remove_cv_t<std::remove_reference_t<M>>;
  if constexpr (std::is_same_v<Plain, boost::json::value> || std::is_arithmetic_v<Plain> ||
                std::is_null_pointer_v<Plain> || std::is_convertible_v<M, std::string_view>) {
    return json_matcher(boost::json::value(std::forward<M>(m)));
  } else {
    return ::testing::SafeMatcherCast<const boost::json::value&>(std::forward<M>(m));
  }
}

/// The value at a pointer: how far it leads, and where it breaks off.
class JsonAtMatcher final : public ::testing::MatcherInterface<const boost::json::value&> {
 public:
  JsonAtMatcher(std::string pointer, JsonMatcher inner)
      : pointer_(std::move(pointer)), inner_(std::move(inner)) {}

  bool MatchAndExplain(const boost::json::value& value,
                       ::testing::MatchResultListener* listener) const override {
    boost::json::error_code error;
    const boost::json::value* at = value.find_pointer(pointer_, error);
    if (at == nullptr) {
      *listener << "which has nothing at " << pointer_ << breaks_off(value);
      return false;
    }
    *listener << "whose " << pointer_ << " is " << json_text(*at);
    ::testing::StringMatchResultListener why;
    const bool matches = inner_.MatchAndExplain(*at, &why);
    if (!why.str().empty()) *listener << ", " << why.str();
    return matches;
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "has at " << pointer_ << " what ";
    inner_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const override {
    *out << "does not have at " << pointer_ << " what ";
    inner_.DescribeTo(out);
  }

 private:
  /// `; /error has the members code, message`
  std::string breaks_off(const boost::json::value& value) const {
    std::string prefix = pointer_;
    const boost::json::value* at = nullptr;
    while (at == nullptr && !prefix.empty()) {
      prefix.resize(prefix.find_last_of('/') == std::string::npos ? 0 : prefix.find_last_of('/'));
      boost::json::error_code error;
      at = value.find_pointer(prefix, error);
    }
    if (at == nullptr) return {};
    std::string text = prefix.empty() ? "; the body" : "; " + prefix;
    if (at->is_array()) return text + " has " + std::to_string(at->as_array().size()) + " elements";
    if (!at->is_object()) return text + " is " + json_text(*at);
    const char* separator = " has the members ";
    for (const auto& member : at->as_object()) {
      text.append(separator).append(member.key());
      separator = ", ";
    }
    return at->as_object().empty() ? text + " has no members" : text;
  }

  std::string pointer_;
  JsonMatcher inner_;
};

class JsonBodyMatcher final : public ::testing::MatcherInterface<const Response&> {
 public:
  explicit JsonBodyMatcher(JsonMatcher inner) : inner_(std::move(inner)) {}

  bool MatchAndExplain(const Response& response,
                       ::testing::MatchResultListener* listener) const override {
    boost::json::error_code error;
    const boost::json::value body = boost::json::parse(response.body, error);
    if (error) {
      *listener << "whose body is not JSON: " << quoted(one_line(response.body, 100));
      return false;
    }
    return inner_.MatchAndExplain(body, listener);
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "has a JSON body that ";
    inner_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const override {
    *out << "has no JSON body that ";
    inner_.DescribeTo(out);
  }

 private:
  JsonMatcher inner_;
};

class JsonStringMatcher final : public ::testing::MatcherInterface<const boost::json::value&> {
 public:
  explicit JsonStringMatcher(::testing::Matcher<const std::string&> inner)
      : inner_(std::move(inner)) {}

  bool MatchAndExplain(const boost::json::value& value,
                       ::testing::MatchResultListener* listener) const override {
    if (!value.is_string()) {
      *listener << "which is no string";
      return false;
    }
    const std::string text(value.as_string());
    return inner_.MatchAndExplain(text, listener);
  }
  void DescribeTo(std::ostream* out) const override {
    *out << "is a string that ";
    inner_.DescribeTo(out);
  }
  void DescribeNegationTo(std::ostream* out) const override {
    *out << "is no string that ";
    inner_.DescribeTo(out);
  }

 private:
  ::testing::Matcher<const std::string&> inner_;
};

}  // namespace detail

/// A JSON value that has at a JSON pointer (RFC 6901) what `m` says: a value, or a matcher of
/// `boost::json::value`. A mismatch says how far the pointer leads.
template <class M>
detail::JsonMatcher JsonAt(std::string pointer, M&& m) {
  return detail::JsonMatcher(
      new detail::JsonAtMatcher(std::move(pointer), detail::to_json_matcher(std::forward<M>(m))));
}

/// A JSON string that matches: `JsonAt("/error/message", JsonString(HasSubstr("limit")))`.
inline detail::JsonMatcher JsonString(::testing::Matcher<const std::string&> m) {
  return detail::JsonMatcher(new detail::JsonStringMatcher(std::move(m)));
}

/// A response whose body is JSON that matches `m`: a value, or a matcher of `boost::json::value`,
/// as `AllOf(JsonAt("/has_more", false), JsonAt("/data/0/id", "fca_1"))`.
template <class M>
::testing::Matcher<const Response&> JsonBody(M&& m) {
  return ::testing::Matcher<const Response&>(
      new detail::JsonBodyMatcher(detail::to_json_matcher(std::forward<M>(m))));
}

/// A response whose JSON body has at a pointer what `m` says.
template <class M>
::testing::Matcher<const Response&> JsonBody(std::string pointer, M&& m) {
  return JsonBody(JsonAt(std::move(pointer), std::forward<M>(m)));
}

}  // namespace fauxbank
