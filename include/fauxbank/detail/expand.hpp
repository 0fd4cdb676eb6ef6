#pragma once

// What expand[] may name (rule expand): the members that the published schema lists as expandable.

#include <optional>
#include <string>
#include <string_view>

#include <fauxbank/command.hpp>
#include <fauxbank/detail/config.hpp>

namespace fauxbank::detail {

struct ExpandFault {
  std::string_view code;  ///< empty for none
  std::string text;
};

/// What is wrong with a path, given to an operation; nothing when it may be expanded.
std::optional<ExpandFault> expand_fault(Operation operation, std::string_view path);

/// Whether a path that may be expanded puts the ownership of accounts in place of its id.
bool expands_ownership(Operation operation, std::string_view path) noexcept;

}  // namespace fauxbank::detail
