#pragma once

// What the control paths and the journal file print.

#include <string>
#include <string_view>

#include <fauxbank/http/message.hpp>
#include <fauxbank/journal.hpp>

namespace fauxbank::detail {

/// One journal entry as an object without white space.
std::string journal_json(const JournalEntry& entry);

/// `{"error":{"message":…,"type":"control_error"}}`
Response control_error(int status, std::string_view message);

Response json_response(std::string body);

}  // namespace fauxbank::detail
