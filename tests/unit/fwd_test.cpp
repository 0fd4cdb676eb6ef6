#include <fauxbank/fwd.hpp>

#include <gtest/gtest.h>

// What a header of a user needs of fwd.hpp: to name every type in a declaration.
namespace {

struct Client {
  explicit Client(fauxbank::Transport& transport) : transport_(&transport) {}
  fauxbank::Transport* transport_;
};

int status_of(const fauxbank::Response& response);
bool is_request(fauxbank::Method method);
fauxbank::Rule first_rule();
bool ok(const fauxbank::Result<fauxbank::Account, fauxbank::ApiError>& result);
fauxbank::transport_errc lost();

}  // namespace

#include <type_traits>

#include <fauxbank/fauxbank.hpp>

namespace {

int status_of(const fauxbank::Response& response) { return response.status; }
bool is_request(fauxbank::Method method) { return method == fauxbank::Method::get; }
fauxbank::Rule first_rule() { return fauxbank::all_rules()[0].rule; }
bool ok(const fauxbank::Result<fauxbank::Account, fauxbank::ApiError>& result) {
  return result.has_value();
}
fauxbank::transport_errc lost() { return fauxbank::transport_errc::connection_reset; }

TEST(Forward, DeclarationsNameTheRealTypes) {
  fauxbank::World world;
  const Client client(world.transport());
  EXPECT_EQ(client.transport_, &world.transport());
  EXPECT_EQ(status_of(fauxbank::Response{204, {}, {}}), 204);
  EXPECT_TRUE(is_request(fauxbank::Request::get("/").method));
  EXPECT_EQ(first_rule(), fauxbank::Rule{});
  EXPECT_FALSE(ok(world.accounts().retrieve("fca_none")));
  EXPECT_EQ(lost(), fauxbank::transport_errc::connection_reset);
}

}  // namespace
