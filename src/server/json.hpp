#pragma once

// What the control paths and the journal file print.

#include <cstddef>
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

/// `{"object":"delivery","delivered":2,"waiting":0}`; with a problem 502, and an error beside.
Response delivery_report(std::size_t delivered, std::size_t waiting, std::string_view problem);

}  // namespace fauxbank::detail
