#pragma once

// application/x-www-form-urlencoded with bracket names, as queries and bodies carry it (rule
// form.decode).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fauxbank/detail/config.hpp>

namespace fauxbank::detail {

/// One decoded `name=value`.
struct FormField {
  std::string_view name;
  std::string_view value;
};

/// The fields of one or more runs, in order. What has no escapes is not copied, so the runs must
/// outlive this.
class FormFields {
 public:
  /// Decode one run onto the end.
  /// \param place what to call the run in the text of a fault: `query` or `body`
  /// \param decode false takes names and values as they are
  /// \returns the fault: a malformed escape, a NUL, or text that is not UTF-8
  std::optional<std::string> decode(std::string_view run, std::string_view place,
                                    bool decode = true);
  void clear() noexcept;

  const std::vector<FormField>& all() const noexcept { return fields_; }
  auto begin() const noexcept { return fields_.begin(); }
  auto end() const noexcept { return fields_.end(); }

 private:
  std::vector<FormField> fields_;
  std::vector<std::unique_ptr<const std::string>> unescaped_;
};

/// A bracket name taken apart: `account_holder[customer]` is the root `account_holder` and one
/// step. A name whose brackets do not match is a root of its own.
struct FormName {
  explicit FormName(std::string_view name) noexcept;

  /// The step of this number, empty in `a[]`. Precondition: `i < depth`.
  std::string_view step(std::size_t i) const noexcept;

  /// Whether this is `other`, or names a part of it. Precondition: `other` has one step at most.
  bool starts_with(const FormName& other) const noexcept {
    return root == other.root && depth >= other.depth &&
           (other.depth == 0 || step(0) == other.step(0));
  }

  std::string_view text;  ///< the whole name
  std::string_view root;
  std::size_t depth = 0;  ///< how many steps follow the root
};

/// Decode the escapes of one path segment; false when they are malformed or the text is not UTF-8.
bool decode_segment(std::string_view segment, std::string& out);

/// A list index: decimal digits that fit; nothing otherwise.
std::optional<std::uint64_t> parse_index(std::string_view text) noexcept;

/// An integer as parameters carry it: an optional minus and digits that fit 64 bits.
std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;

}  // namespace fauxbank::detail

#ifdef FAUXBANK_HEADER_ONLY
#include <fauxbank/impl/form.ipp>
#endif
