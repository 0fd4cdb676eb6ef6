// A second translation unit, so that a body which is not inline is defined twice and does not link.
// It includes much of the standard library first, whose names must not get into the way of ours.
#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <iterator>
#include <ranges>

#include <fauxbank/fauxbank.hpp>

int status_of_a_list_elsewhere() {
  fauxbank::World world;
  const auto answer =
      world.transport().send(fauxbank::Request::get("/v1/financial_connections/accounts"));
  return answer ? answer->status : 0;
}
