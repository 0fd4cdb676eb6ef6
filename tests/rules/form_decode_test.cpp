#include "rules/rules.hpp"

namespace fauxbank::testing {
namespace {

Scenario holders() {
  return {
      .accounts = {{.id = "fca_plain", .account_holder = AccountHolder::customer("cus_1")},
                   {.id = "fca_space", .account_holder = AccountHolder::customer("cus 1")},
                   {.id = "fca_plus", .account_holder = AccountHolder::customer("cus+1")},
                   {.id = "fca_utf8", .account_holder = AccountHolder::customer("cus_\xc3\xa9")}}};
}

RULE_TEST(FormDecode, PercentAndPlus, "form.decode") {
  World world{holders()};
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus%5F1")), ElementsAre("fca_plain"));
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus+1")), ElementsAre("fca_space"));
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus%201")), ElementsAre("fca_space"));
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus%2B1")), ElementsAre("fca_plus"));
  EXPECT_THAT(ids_of(list(world, "account_holder[customer]=cus_%c3%A9")), ElementsAre("fca_utf8"));
}

RULE_TEST(FormDecode, BracketsRawOrEncoded, "form.decode") {
  World world{holders()};
  EXPECT_THAT(ids_of(list(world, "account_holder%5Bcustomer%5D=cus_1")), ElementsAre("fca_plain"));
  EXPECT_THAT(ids_of(list(world, "account_holder%5bcustomer]=cus_1")), ElementsAre("fca_plain"));
  EXPECT_THAT(ids_of(list(world, "%61ccount_holder[customer]=cus_1")), ElementsAre("fca_plain"));
}

FeatureSet pending_after(std::string form) {
  World world{{.accounts = {{.id = "fca_a"}}}};
  EXPECT_EQ(summary(act(world, "fca_a", "refresh", form)), "200") << form;
  FeatureSet pending;
  for (Feature feature : FeatureSet::all()) {
    if (world.account("fca_a").refresh(feature) != nullptr) pending.insert(feature);
  }
  return pending;
}

RULE_TEST(FormDecode, ListsAppendedOrIndexed, "form.decode") {
  const FeatureSet both = {Feature::balance, Feature::ownership};
  EXPECT_EQ(pending_after("features[]=balance&features[]=ownership"), both);
  EXPECT_EQ(pending_after("features[0]=balance&features[1]=ownership"), both);
  EXPECT_EQ(pending_after("features[7]=ownership&features[3]=balance"), both);
  EXPECT_EQ(pending_after("features%5B%5D=balance&features%5B0%5D=ownership"), both);
  EXPECT_EQ(pending_after("features[0]=ownership&features[]=balance"), both);
  EXPECT_EQ(pending_after("&features[]=balance&&features[]=ownership&"), both);
}

RULE_TEST(FormDecode, AQueryOnPostIsMerged, "form.decode") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  const Response answer = world.send(Request::post(
      account_path("fca_a", "refresh") + "?features%5B%5D=ownership", "features%5B%5D=balance"));
  EXPECT_EQ(shown(answer, "/balance_refresh/status"), "pending");
  EXPECT_EQ(shown(answer, "/ownership_refresh/status"), "pending");
  EXPECT_EQ(
      world.send(Request::post(account_path("fca_a", "subscribe") + "?features[]=transactions"))
          .status,
      200);
}

RULE_TEST(FormDecode, TheLastOfTwoScalarsCounts, "form.decode") {
  World world{{.accounts = {{.id = "fca_a"}, {.id = "fca_b"}, {.id = "fca_c"}}}};
  EXPECT_EQ(ids_of(list(world, "limit=1&limit=2")).size(), 2u);
  EXPECT_EQ(ids_of(list(world, "limit=%32&limit=%31")).size(), 1u);
  EXPECT_EQ(summary(list(world, "limit=x&limit=2")), "200");
}

RULE_TEST(FormDecode, AnIndexGivenTwiceCountsOnceWithItsLastValue, "form.decode") {
  EXPECT_EQ(pending_after("features[0]=balance&features[0]=ownership"),
            (FeatureSet{Feature::ownership}));
}

constexpr const char* kMalformed = "400 invalid_request_error - -";

RULE_TEST(FormDecode, MalformedTextIsRefusedNamingThePlace, "form.decode") {
  World world{{.accounts = {{.id = "fca_a"}}}};
  struct Row {
    const char* form;
    const char* place;
  };
  for (const Row& row :
       {Row{"session=%", "at byte 8"}, Row{"session=%4", "at byte 8"},
        Row{"limit=3&session=a%zz", "at byte 17"}, Row{"%g0=1", "at byte 0"},
        Row{"session=%00", "at byte 8"}, Row{"session=%ff", "at byte 8"},
        Row{"session=%c3%28", "at byte 8"}, Row{"session=%ed%a0%80", "at byte 8"}}) {
    const Response in_query = list(world, row.form);
    EXPECT_EQ(summary(in_query), kMalformed) << row.form;
    EXPECT_THAT(error_member(in_query, "message"), HasSubstr("query")) << row.form;
    EXPECT_THAT(error_member(in_query, "message"), HasSubstr(row.place)) << row.form;
    const Response in_body = act(world, "fca_a", "refresh", row.form);
    EXPECT_EQ(summary(in_body), kMalformed) << row.form;
    EXPECT_THAT(error_member(in_body, "message"), HasSubstr("body")) << row.form;
  }
}

RULE_TEST(FormDecode, RawBytesAreCheckedToo, "form.decode") {
  World world;
  EXPECT_EQ(summary(list(world, "session=\xff")), kMalformed);
  EXPECT_EQ(summary(list(world, std::string("session=a\0b", 11))), kMalformed);
  EXPECT_EQ(summary(list(world, "session=\xc3\xa9")), "200");
}

}  // namespace
}  // namespace fauxbank::testing
