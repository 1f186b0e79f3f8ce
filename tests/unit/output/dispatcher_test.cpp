// SPDX-License-Identifier: Apache-2.0
#include "output/dispatcher.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "samples.h"

namespace vedette::output {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What sinks and observers saw, and a gate writes wait at.
class Journal {
 public:
  void note(const std::string& line) {
    std::scoped_lock lock(mutex_);
    lines_.push_back(line);
    changed_.notify_all();
  }
  std::vector<std::string> lines() {
    std::scoped_lock lock(mutex_);
    return lines_;
  }
  void wait_for(const std::string& line) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return std::find(lines_.begin(), lines_.end(), line) != lines_.end(); });
  }
  void close() {
    std::scoped_lock lock(mutex_);
    open_ = false;
  }
  void open() {
    std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  bool open_ = true;
};

class JournalSink final : public Sink {
 public:
  JournalSink(std::string name, std::shared_ptr<Journal> journal, std::string error)
      : name_(std::move(name)), journal_(std::move(journal)), error_(std::move(error)) {}
  ~JournalSink() override { journal_->note(name_ + " gone"); }
  Delivery write(std::span<const Alert> alerts) override {
    journal_->note(name_ + " has " + alerts.front().id);
    journal_->pass();
    return {.done = error_.empty() ? size_t{1} : 0, .error = error_};
  }

 private:
  std::string name_;
  std::shared_ptr<Journal> journal_;
  std::string error_;
};

class DispatcherTest : public testing::Test {
 protected:
  // One sink a name; those named "bad" fail.
  void start(const std::vector<std::string>& names, size_t capacity) {
    std::vector<NamedSink> sinks;
    for (const auto& name : names) {
      sinks.push_back({name, std::make_unique<JournalSink>(name, journal_, name == "bad" ? "no room" : "")});
    }
    Observer observer{[this](const std::string& sink) { observed_->note(sink); },
                      [this](const std::string& sink, const std::string& why) { observed_->note(sink + ": " + why); }};
    dispatcher_ = std::make_unique<Dispatcher>(std::move(sinks), capacity, std::move(observer));
  }

  bool push(const std::string& id) {
    Alert alert = sample_alert();
    alert.id = id;
    return dispatcher_->push(std::move(alert));
  }

  std::shared_ptr<Journal> journal_ = std::make_shared<Journal>();
  std::unique_ptr<Journal> observed_ = std::make_unique<Journal>();
  std::unique_ptr<Dispatcher> dispatcher_;
};

TEST_F(DispatcherTest, DeliversInOrderToEverySink) {
  start({"one", "two"}, 10);
  EXPECT_TRUE(push("a"));
  EXPECT_TRUE(push("b"));
  EXPECT_EQ(dispatcher_->stop(5000), 0U);
  EXPECT_THAT(journal_->lines(), ElementsAre("one has a", "two has a", "one has b", "two has b"));
  EXPECT_THAT(observed_->lines(), ElementsAre("one", "two", "one", "two"));
  EXPECT_EQ(dispatcher_->length(), 0U);
}

TEST_F(DispatcherTest, AFailingSinkDoesNotKeepTheOthersFromTheirs) {
  start({"bad", "good"}, 10);
  EXPECT_TRUE(push("a"));
  EXPECT_EQ(dispatcher_->stop(5000), 0U);
  EXPECT_THAT(observed_->lines(), ElementsAre("bad: no room", "good"));
}

TEST_F(DispatcherTest, AFullQueueRefuses) {
  journal_->close();
  start({"slow"}, 2);
  EXPECT_TRUE(push("a"));
  journal_->wait_for("slow has a");
  EXPECT_TRUE(push("b"));
  EXPECT_TRUE(push("c"));
  EXPECT_FALSE(push("d"));
  EXPECT_EQ(dispatcher_->length(), 2U);
  journal_->open();
  EXPECT_EQ(dispatcher_->stop(5000), 0U);
  EXPECT_THAT(observed_->lines(), ElementsAre("slow", "slow", "slow"));
}

TEST_F(DispatcherTest, RefusesOnceStopped) {
  start({"one"}, 10);
  EXPECT_EQ(dispatcher_->stop(5000), 0U);
  EXPECT_EQ(dispatcher_->stop(5000), 0U);
  EXPECT_FALSE(push("a"));
}

TEST_F(DispatcherTest, GoesAwayDrained) {
  start({"one"}, 1000);
  for (int i = 0; i < 500; ++i) {
    EXPECT_TRUE(push("a"));
  }
  dispatcher_.reset();
  EXPECT_EQ(observed_->lines().size(), 500U);
  EXPECT_EQ(journal_->lines().back(), "one gone");
}

TEST_F(DispatcherTest, GivesUpOnAStuckSinkAndObservesNothingAfterwards) {
  journal_->close();
  start({"stuck"}, 10);
  EXPECT_TRUE(push("a"));
  journal_->wait_for("stuck has a");
  EXPECT_TRUE(push("b"));
  auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(dispatcher_->stop(50), 2U);
  EXPECT_EQ(dispatcher_->stop(50), 2U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  dispatcher_.reset();
  EXPECT_THAT(observed_->lines(), IsEmpty());
  observed_.reset();
  journal_->open();
  journal_->wait_for("stuck gone");
}

TEST_F(DispatcherTest, TakesAlertsFromManyThreads) {
  start({"one"}, 100'000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 200; ++i) {
        EXPECT_TRUE(push("a"));
        EXPECT_LE(dispatcher_->length(), 800U);
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(dispatcher_->stop(10'000), 0U);
  EXPECT_EQ(observed_->lines().size(), 800U);
}

TEST(Dispatcher, WorksWithoutObserverAndWithoutSinks) {
  Dispatcher dispatcher({}, 1, {});
  dispatcher.push(sample_alert());
  EXPECT_EQ(dispatcher.stop(5000), 0U);
}

}  // namespace
}  // namespace vedette::output
