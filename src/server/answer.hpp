#pragma once

// The answer of a webhook endpoint, as it comes off a connection that is not used again.

#include <optional>
#include <string_view>

#include <fauxbank/error.hpp>
#include <fauxbank/http/message.hpp>
#include <fauxbank/result.hpp>

namespace fauxbank::detail {

/// Read an HTTP/1 answer to a POST: its body is as long as it says, in chunks, or goes on to the
/// end. Interim answers (1xx) are passed over; of an immoderate body the beginning is enough,
/// and what goes on for 64 KiB before its body is none.
/// \param bytes everything so far
/// \param ended whether the peer has ended the connection
/// \returns the answer, or why there will be none; empty while more is to come
std::optional<Result<Response, transport_errc>> read_answer(std::string_view bytes, bool ended);

}  // namespace fauxbank::detail
