#include <fauxbank/outbox.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fauxbank {
namespace {

/// An outbox without a world, that says what is asked of it.
class Letters final : public Outbox {
 public:
  explicit Letters(std::vector<std::string> with) : ids(std::move(with)) {}
  std::size_t size() const override { return ids.size(); }
  std::vector<Event> waiting() const override { return {}; }
  void drop(std::size_t) override {}
  void duplicate(std::size_t) override {}
  void shuffle(std::uint64_t) override {}

  std::vector<std::string> ids;

 protected:
  std::optional<EventDelivery> take() override {
    if (ids.empty()) return std::nullopt;
    EventDelivery next;
    next.id = ids.front();
    ids.erase(ids.begin());
    return next;
  }
  void put_back(const EventDelivery& delivery) override { ids.insert(ids.begin(), delivery.id); }
};

TEST(Outboxes, AcceptByNothingTrueOr2xx) {
  Letters box({"1", "2", "3", "4"});
  EXPECT_TRUE(box.deliver([](const EventDelivery&) {}));
  EXPECT_TRUE(box.deliver([](const EventDelivery&) { return true; }));
  EXPECT_TRUE(box.deliver([](const EventDelivery&) { return 299; }));
  EXPECT_EQ(box.ids, (std::vector<std::string>{"4"}));
}

TEST(Outboxes, PutBackWhatIsNotAccepted) {
  Letters box({"1", "2"});
  EXPECT_FALSE(box.deliver([](const EventDelivery&) { return false; }));
  EXPECT_FALSE(box.deliver([](const EventDelivery&) { return 300; }));
  EXPECT_FALSE(box.deliver([](const EventDelivery&) { return 199; }));
  EXPECT_THROW(box.deliver([](const EventDelivery&) { throw std::runtime_error("down"); }),
               std::runtime_error);
  EXPECT_EQ(box.ids, (std::vector<std::string>{"1", "2"}));
}

TEST(Outboxes, DeliverAllStopsAtTheFirstThatIsNotAccepted) {
  Letters box({"1", "2", "3"});
  std::vector<std::string> seen;
  EXPECT_EQ(box.deliver_all([&](const EventDelivery& delivery) {
    seen.push_back(delivery.id);
    return delivery.id != "2";
  }),
            1u);
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(box.ids, (std::vector<std::string>{"2", "3"}));
  EXPECT_FALSE(Letters({}).deliver([](const EventDelivery&) {}));
}

}  // namespace
}  // namespace fauxbank
