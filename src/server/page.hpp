#pragma once

#include <string_view>

namespace fauxbank::detail {

/// The page for a person, `page.html`.
extern const std::string_view kPage;

}  // namespace fauxbank::detail
