#pragma once

// Every kind of fault in each of its phases, and what becomes of it on a connection.

#include <vector>

#include <fauxbank/fault.hpp>

#include "client/driver.hpp"

namespace fauxbank::testing {

struct Fault {
  FaultKind kind;
  FaultPhase phase;
  bool is_answer;   ///< which the client gets as any other, of `status`
  Trouble trouble;  ///< else
  int status;
};

std::vector<Fault> all_faults();

}  // namespace fauxbank::testing
