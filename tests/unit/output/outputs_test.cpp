// SPDX-License-Identifier: Apache-2.0
#include "output/outputs.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>

#include "../temporary_directory.h"
#include "samples.h"

namespace vedette::output {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Ids = std::vector<std::string>;

// What a receiver got, and how it behaves. It outlives the sink, as receivers do.
class Receiver {
 public:
  Delivery take(std::span<const Alert> alerts) {
    std::unique_lock lock(mutex_);
    ++offers_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !hangs_; });
    Delivery delivery = answers_.empty() ? Delivery{.done = alerts.size()} : answers_.front();
    if (!answers_.empty()) {
      answers_.pop_front();
    }
    for (size_t i = 0; i < delivery.done; ++i) {
      ids_.push_back(alerts[i].id);
    }
    changed_.notify_all();
    return delivery;
  }
  void answer(Delivery delivery) {
    std::scoped_lock lock(mutex_);
    answers_.push_back(std::move(delivery));
  }
  void hang(bool hangs) {
    std::scoped_lock lock(mutex_);
    hangs_ = hangs;
    changed_.notify_all();
  }
  Ids wait_for(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return ids_.size() >= count; });
    return ids_;
  }
  void wait_for_offers(int count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(30), [&] { return offers_ >= count; }));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Delivery> answers_;
  Ids ids_;
  int offers_ = 0;
  bool hangs_ = false;
};

class ReceiverSink final : public Sink {
 public:
  ReceiverSink(std::shared_ptr<Receiver> receiver, size_t batch) : receiver_(std::move(receiver)), batch_(batch) {}
  Delivery write(std::span<const Alert> alerts) override { return receiver_->take(alerts); }
  [[nodiscard]] size_t batch() const override { return batch_; }

 private:
  std::shared_ptr<Receiver> receiver_;
  size_t batch_;
};

class OutputsTest : public ::testing::Test {
 protected:
  Output output(const std::string& name, size_t batch = 10, bool resumes = true) {
    auto& receiver = receivers_[name];
    receiver = receiver ? receiver : std::make_shared<Receiver>();
    return {{.name = name, .resumes = resumes}, std::make_unique<ReceiverSink>(receiver, batch)};
  }

  template <typename... Outputs_>
  void start(Outputs_... outputs) {
    outputs_.reset();
    std::vector<Output> all;
    (all.push_back(std::move(outputs)), ...);
    auto count = [this](const std::string& what, uint64_t n) {
      std::scoped_lock lock(mutex_);
      counts_[what] += n;
    };
    Observer observer{
        .delivered = [=](const std::string& name, uint64_t n) { count(name + " delivered", n); },
        .failed = [=](const std::string& name, const std::string& why) { count(name + " failed: " + why, 1); },
        .lost = [=](const std::string& name, const std::string& why, uint64_t n) { count(name + " lost " + why, n); },
        .state_failed = [=](const std::string& what, const std::string& why) { count(what + ": " + why, 1); }};
    outputs_.emplace(std::move(all), Outputs::Settings{.state_file = directory_.file("vedette.db")}, observer);
  }

  bool push(const std::string& id) {
    Alert alert = sample_alert();
    alert.id = id;
    return outputs_->push(std::move(alert));
  }
  std::map<std::string, uint64_t> counts() {
    std::scoped_lock lock(mutex_);
    return counts_;
  }

  vedette::testing::TemporaryDirectory directory_;
  std::map<std::string, std::shared_ptr<Receiver>> receivers_;
  std::mutex mutex_;
  std::map<std::string, uint64_t> counts_;
  std::optional<Outputs> outputs_;
};

TEST_F(OutputsTest, DeliverInOrderToEverySink) {
  start(output("one"), output("two", 1));
  for (const char* id : {"a", "b", "c"}) {
    EXPECT_TRUE(push(id));
  }
  Undelivered undelivered = outputs_->stop(30'000);
  EXPECT_EQ(undelivered.kept + undelivered.lost, 0U);
  EXPECT_THAT(receivers_["one"]->wait_for(3), ElementsAre("a", "b", "c"));
  EXPECT_THAT(receivers_["two"]->wait_for(3), ElementsAre("a", "b", "c"));
  EXPECT_EQ(counts(), (std::map<std::string, uint64_t>{{"one delivered", 3}, {"two delivered", 3}}));
}

TEST_F(OutputsTest, OfferAgainFromTheFirstThatDidNotArrive) {
  auto flaky = output("flaky");
  receivers_["flaky"]->hang(true);
  receivers_["flaky"]->answer({.error = "refused"});
  receivers_["flaky"]->answer({.done = 1, .error = "cut"});
  start(std::move(flaky));
  push("a");
  push("b");
  receivers_["flaky"]->wait_for_offers(1);
  receivers_["flaky"]->hang(false);
  EXPECT_THAT(receivers_["flaky"]->wait_for(2), ElementsAre("a", "b"));
  outputs_->stop(30'000);
  EXPECT_EQ(counts()["flaky failed: refused"], 1U);
  EXPECT_EQ(counts()["flaky delivered"], 2U);
}

TEST_F(OutputsTest, ADeadSinkKeepsNothingFromTheOthersAndLosesNothing) {
  auto dead = output("dead");
  receivers_["dead"]->hang(true);
  start(std::move(dead), output("good"));
  for (int i = 0; i < 50; ++i) {
    push(std::to_string(i));
  }
  EXPECT_THAT(receivers_["good"]->wait_for(50), SizeIs(50));
  EXPECT_GE(outputs_->length(), 40U);
  Undelivered undelivered = outputs_->stop(200);
  EXPECT_EQ(undelivered.kept, 50U);
  EXPECT_EQ(undelivered.lost, 0U);

  auto hung = receivers_["dead"];
  receivers_["dead"] = nullptr;
  start(output("dead"), output("good"));
  EXPECT_THAT(receivers_["dead"]->wait_for(50), SizeIs(50));
  outputs_->stop(30'000);
  EXPECT_THAT(receivers_["good"]->wait_for(50), SizeIs(50));
  hung->hang(false);
}

TEST_F(OutputsTest, WhatTheReceiverRefusesForGoodIsLostAndCounted) {
  auto strict = output("strict", 1);
  receivers_["strict"]->hang(true);
  receivers_["strict"]->answer({.done = 1, .rejected = 1, .error = "400 Bad Request"});
  start(std::move(strict));
  push("a");
  push("b");
  receivers_["strict"]->wait_for_offers(1);
  receivers_["strict"]->hang(false);
  outputs_->stop(30'000);
  auto found = counts();
  EXPECT_EQ(found["strict lost rejected"], 1U);
  EXPECT_EQ(found["strict failed: 400 Bad Request"], 1U);
}

TEST_F(OutputsTest, WhatDoesNotResumeIsLostAtTheEnd) {
  auto terminal = output("stdout", 10, false);
  receivers_["stdout"]->hang(true);
  start(std::move(terminal));
  push("a");
  receivers_["stdout"]->wait_for_offers(1);
  Undelivered undelivered = outputs_->stop(200);
  EXPECT_EQ(undelivered.lost, 1U);
  EXPECT_EQ(undelivered.kept, 0U);
  receivers_["stdout"]->hang(false);
}

TEST_F(OutputsTest, TakeNothingMoreOnceStopped) {
  start(output("one"));
  outputs_->stop(30'000);
  EXPECT_FALSE(push("late"));
  EXPECT_EQ(outputs_->stop(0).lost, 0U);
}

TEST_F(OutputsTest, ThereMayBeNone) {
  start();
  EXPECT_TRUE(push("a"));
  EXPECT_EQ(outputs_->stop(30'000).lost, 0U);
  auto store = state::Store::open_reader(directory_.file("vedette.db"));
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_THAT(*store->alerts({}), SizeIs(1));
}

TEST_F(OutputsTest, DoWhatIsAskedWithTheState) {
  start();
  std::vector<state::StoredServer> servers{{"github", "", "npx", {}, 1, 2, 3}};
  outputs_->with_state([servers](state::Store& store) { return store.seen(servers); });
  outputs_->stop(30'000);
  auto store = state::Store::open_reader(directory_.file("vedette.db"));
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_THAT(*store->servers(), SizeIs(1));
}

}  // namespace
}  // namespace vedette::output
