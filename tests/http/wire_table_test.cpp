// Every stream of the table, at once, in two pieces cut at every place, and byte by byte.

#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "wire_stream.hpp"
#include "wire_table.hpp"

namespace fauxbank::testing {
namespace {

std::vector<StreamRow> all_streams() {
  std::vector<StreamRow> rows = good_streams();
  for (auto more : {malformed_heads(), malformed_bodies()})
    rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

/// What became of a stream, in one text that can be compared.
std::string outcome(const StreamRow& row, const std::vector<std::size_t>& cuts) {
  Recorder transport;
  Wire wire(transport, small_limits());
  std::string out = pump(wire, row.stream, cuts);
  if (row.then == Then::peer_closes) wire.receive_end();
  if (row.then == Then::time_out) wire.time_out();
  if (row.then == Then::stop) wire.shut_down();
  out += wire.output();
  return transport.seen + " | " + statuses(out) + " | " + std::string(to_string(wire.state()));
}

TEST(WireTable, EveryStreamHasItsOutcomeHoweverItArrives) {
  for (const StreamRow& row : all_streams()) {
    SCOPED_TRACE(row.name);
    const std::string wanted =
        row.seen + " | " + row.statuses + " | " + std::string(to_string(row.state));
    ASSERT_EQ(outcome(row, {}), wanted);
    std::vector<std::size_t> each(row.stream.size());
    std::iota(each.begin(), each.end(), std::size_t{0});
    ASSERT_EQ(outcome(row, each), wanted) << "byte by byte";
    for (const std::size_t cut : each)
      ASSERT_EQ(outcome(row, {cut}), wanted) << "cut at " << cut;
  }
}

TEST(WireTable, IsAsLargeAsPromisedAndSaysNothingTwice) {
  std::set<std::string> names;
  std::set<std::string> streams;
  const auto rows = all_streams();
  for (const StreamRow& row : rows) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    streams.insert(row.stream);
  }
  EXPECT_GE(malformed_heads().size() + malformed_bodies().size(), 60u);
  EXPECT_GE(streams.size() + 12, rows.size());  // some differ only in what happens then
}

TEST(WireTable, EveryRefusalIsAnErrorBodyThatClosesTheConnection) {
  for (const auto& rows : {malformed_heads(), malformed_bodies()}) {
    for (const StreamRow& row : rows) {
      SCOPED_TRACE(row.name);
      if (row.statuses.empty() || row.then != Then::wait) continue;
      Recorder transport;
      Wire wire(transport, small_limits());
      const std::string out = pump(wire, row.stream, std::vector<std::size_t>{});
      EXPECT_NE(out.find("\r\nConnection: close\r\n"), std::string::npos);
      EXPECT_NE(out.find("\"type\": \"invalid_request_error\""), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace fauxbank::testing
