#include <string>

#include <gtest/gtest.h>

#include <fauxbank/gmock.hpp>
#include <fauxbank/world.hpp>

namespace fauxbank {
namespace {

using ::testing::_;
using ::testing::AllOf;
using ::testing::AtLeast;
using ::testing::AtMost;
using ::testing::HasSubstr;
using ::testing::Matcher;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::StringMatchResultListener;

const std::string kAccounts = "/v1/financial_connections/accounts";

std::string journal_verdict(const Journal& journal, const Matcher<const Journal&>& m) {
  StringMatchResultListener listener;
  const bool matches = m.MatchAndExplain(journal, &listener);
  return (matches ? "yes: " : "no: ") + listener.str();
}

class JournalMatcherTest : public ::testing::Test {
 protected:
  JournalMatcherTest() {
    (void)world.accounts().list();
    (void)world.send(Request::post(kAccounts + "/fca_1/refresh", "features[]=balance"));
    (void)world.accounts().refresh("fca_2", {.features = {Feature::ownership}});
    (void)world.accounts().retrieve("fca_9");
    world.disconnect("fca_1");
    (void)world.send(Request::get(kAccounts + "/fca_2"));
  }
  World world{{.accounts = {{.id = "fca_1"}, {.id = "fca_2"}}}};
};

TEST_F(JournalMatcherTest, ReceivedCountsRequestsAndCallsAlike) {
  EXPECT_THAT(world.journal(), Received(Operation::refresh).Times(2));
  EXPECT_THAT(world.journal(), Received(Operation::refresh).On("fca_2").Times(1));
  EXPECT_THAT(world.journal(), Received(Operation::subscribe).Times(0));
  EXPECT_THAT(world.journal(), Received().Times(5));
  EXPECT_THAT(world.journal(), Received(Operation::retrieve).Times(AtLeast(2)));
  EXPECT_THAT(world.journal(), Not(Received(Operation::retrieve).Times(AtMost(1))));
}

TEST_F(JournalMatcherTest, ReceivedNarrowsByRequestAndAnswer) {
  EXPECT_THAT(world.journal(), Received(Operation::refresh)
                                   .On(StartsWith("fca_"))
                                   .With(HasParam("features[]", "balance"))
                                   .With(IsPost(kAccounts + "/fca_1/refresh"))
                                   .Answered(200)
                                   .Times(1));
  // A typed call is compared as its HTTP form.
  EXPECT_THAT(world.journal(),
              Received().With(AllOf(IsPost(_), HasParam("features[]", "ownership"))).Times(1));
  EXPECT_THAT(world.journal(), Received(Operation::retrieve).Answered(404).Times(1));
}

TEST_F(JournalMatcherTest, AMissNamesTheClosestCallAndWhatDiffers) {
  EXPECT_EQ(
      journal_verdict(
          world.journal(),
          Received(Operation::refresh).On("fca_2").With(HasParam("features[]", "balance"))),
      "no: which has 0 such calls; closest is #3 call refresh fca_2 features[]=ownership, but "
      "it is a request whose parameter 'features[]' is 'ownership'");
  EXPECT_EQ(
      journal_verdict(world.journal(), Received(Operation::retrieve).On("fca_1")),
      "no: which has 0 such calls; closest is #6 GET /v1/financial_connections/accounts/fca_2, "
      "but its account is 'fca_2'");
  EXPECT_EQ(
      journal_verdict(world.journal(), Received(Operation::retrieve).On("fca_9").Answered(200)),
      "no: which has 0 such calls; closest is #4 call retrieve fca_9, but its status is 404; it "
      "was answered 404 refused by account.missing (observed): \"No such account: 'fca_9'\"; "
      "nearest is 'fca_1'");
}

TEST_F(JournalMatcherTest, AMissWithoutAnyCallSaysWhichThereWere) {
  EXPECT_EQ(journal_verdict(world.journal(), Received(Operation::subscribe)),
            "no: which has 0 such calls; the calls were 1 list, 2 refresh, 2 retrieve");
  EXPECT_EQ(journal_verdict(Journal(), Received(Operation::subscribe)),
            "no: which has 0 such calls; there were no calls");
  (void)world.send(Request::post(kAccounts + "/fca_2/subscrib", "features[]=transactions"));
  EXPECT_THAT(journal_verdict(world.journal(), Received(Operation::subscribe)),
              HasSubstr("astray is #7 POST /v1/financial_connections/accounts/fca_2/subscrib "
                        "features[]=transactions = 404 refused by route.unknown"));
}

TEST_F(JournalMatcherTest, TooManyCallsAreNamed) {
  EXPECT_EQ(journal_verdict(world.journal(), Received(Operation::refresh).Times(1)),
            "no: which has 2 such calls, #2 #3");
}

TEST_F(JournalMatcherTest, OrderIsThatOfTheJournal) {
  const auto list = Received(Operation::list);
  const auto refresh = Received(Operation::refresh);
  const auto retrieve = Received(Operation::retrieve);
  EXPECT_THAT(world.journal(), ReceivedInOrder(list, refresh, refresh, retrieve));
  EXPECT_THAT(world.journal(), ReceivedInOrder(list));
  EXPECT_EQ(journal_verdict(world.journal(), ReceivedInOrder(retrieve, retrieve, refresh)),
            "no: which lacks call 3 of 3, refresh, after #6; there are no calls after that");
  EXPECT_EQ(
      journal_verdict(world.journal(), ReceivedInOrder(refresh.On("fca_2"), refresh.On("fca_1"))),
      "no: which lacks call 2 of 2, refresh on an account that is equal to \"fca_1\", after #3; "
      "the calls after that were 2 retrieve");
}

TEST_F(JournalMatcherTest, NoCallsAfterIsAboutTheAccountsOfTheEvent) {
  EXPECT_THAT(world.journal(), NoCallsAfter(EventKind::disconnected));
  (void)world.accounts().retrieve("fca_1");
  EXPECT_EQ(journal_verdict(world.journal(), NoCallsAfter(EventKind::disconnected)),
            "no: which has, after #5 disconnected fca_1, #7 call retrieve fca_1 = 200");
  world.deactivate("fca_2");
  EXPECT_THAT(world.journal(), NoCallsAfter(EventKind::deactivated).On("fca_2"));
  EXPECT_EQ(journal_verdict(world.journal(), NoCallsAfter(EventKind::deactivated).On("fca_1")),
            "no: which has no such event");
}

// A call that an account made itself is no call after its event.
TEST_F(JournalMatcherTest, TheCallThatDisconnectsIsNotAfterTheDisconnection) {
  (void)world.accounts().disconnect("fca_2");
  EXPECT_THAT(world.journal(), NoCallsAfter(EventKind::disconnected).On("fca_2"));
}

TEST(JournalMatchers, ClaimNoAbsenceOnceEntriesWereDropped) {
  World world{{.accounts = {{.id = "fca_1"}}}, {.journal_entries = 2}};
  (void)world.accounts().retrieve("fca_1");
  (void)world.accounts().disconnect("fca_1");
  (void)world.accounts().list();
  (void)world.accounts().list();
  const std::string unsure =
      "in which nothing can be claimed absent, because of older entries dropped: 2; raise "
      "WorldOptions::journal_entries or journal_bytes";
  EXPECT_THAT(journal_verdict(world.journal(), Received(Operation::retrieve).Times(0)),
              HasSubstr(unsure));
  EXPECT_THAT(journal_verdict(world.journal(), Received(Operation::list).Times(2)),
              HasSubstr(unsure));
  EXPECT_THAT(world.journal(), Received(Operation::list));
  EXPECT_THAT(world.journal(), Received(Operation::list).Times(AtLeast(2)));
  world.link({.id = "fca_2"});
  EXPECT_THAT(journal_verdict(world.journal(), NoCallsAfter(EventKind::created)),
              HasSubstr("dropped"));
}

}  // namespace
}  // namespace fauxbank
