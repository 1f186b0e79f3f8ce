// SPDX-License-Identifier: Apache-2.0
#include "output/alert_log.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "../temporary_directory.h"
#include "samples.h"

namespace vedette::output {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Ids = std::vector<std::string>;
namespace fs = std::filesystem;

Alert alert(const std::string& id, Level level = Level::kHigh, uint64_t time = kSampleTime) {
  Alert result = sample_alert();
  result.id = id;
  result.rule.level = level;
  result.time = time;
  return result;
}

std::vector<Alert> alerts(int first, int last) {
  std::vector<Alert> result;
  for (int i = first; i <= last; ++i) {
    result.push_back(alert(std::to_string(i)));
  }
  return result;
}

class AlertLogTest : public ::testing::Test {
 protected:
  // Another run of the monitor, with the readers "siem" and, from high on, "pager".
  void start(LogLimits limits = {}) {
    log_.reset();
    log_.emplace(
        path_, limits,
        Observer{.lost = [this](const std::string& output, const std::string& reason,
                                uint64_t n) { lost_[output + " " + reason] += n; },
                 .state_failed = [this](const std::string& operation,
                                        const std::string& why) { failures_.push_back(operation + ": " + why); }});
    siem_ = log_->add({.name = "siem"});
    pager_ = log_->add({.name = "pager", .at_least = Level::kHigh});
    log_->save();
  }

  // Reads and finishes what there is, up to `most`.
  Ids read(size_t reader, size_t most = 100) {
    log_->wake();
    Ids ids;
    while (ids.size() < most) {
      auto batch = log_->next(reader, most - ids.size());
      EXPECT_TRUE(batch) << batch.error().message;
      if (!batch || (batch->alerts.empty() && log_->at_end(reader))) {
        break;
      }
      for (const Alert& one : batch->alerts) {
        ids.push_back(one.id);
      }
      log_->done(reader, batch->through, batch->alerts.size());
    }
    return ids;
  }

  vedette::testing::TemporaryDirectory directory_;
  std::string path_ = directory_.file("vedette.db");
  std::map<std::string, uint64_t> lost_;
  std::vector<std::string> failures_;
  std::optional<AlertLog> log_;
  size_t siem_ = 0;
  size_t pager_ = 0;
};

TEST_F(AlertLogTest, GivesEachReaderWhatConcernsItInOrder) {
  start();
  log_->append({alert("a"), alert("b", Level::kLow), alert("c", Level::kCritical)});
  EXPECT_EQ(log_->waiting(siem_), 3U);
  EXPECT_EQ(log_->waiting(pager_), 2U);
  EXPECT_THAT(read(siem_), ElementsAre("a", "b", "c"));
  EXPECT_THAT(read(pager_), ElementsAre("a", "c"));
  EXPECT_EQ(log_->waiting(siem_) + log_->waiting(pager_), 0U);
}

TEST_F(AlertLogTest, OffersAgainWhatWasNotDone) {
  start();
  log_->append({alert("a"), alert("b")});
  auto batch = log_->next(siem_, 10);
  ASSERT_TRUE(batch);
  log_->done(siem_, batch->seqs[0], 1);
  EXPECT_THAT(read(siem_), ElementsAre("b"));
}

TEST_F(AlertLogTest, GoesOnInTheNextRunWhereItStopped) {
  start();
  log_->append({alert("a"), alert("b"), alert("c")});
  EXPECT_THAT(read(siem_, 1), ElementsAre("a"));
  log_->save();
  start();
  EXPECT_EQ(log_->waiting(siem_), 2U);
  EXPECT_EQ(log_->waiting(pager_), 3U);
  log_->append({alert("d")});
  EXPECT_THAT(read(siem_), ElementsAre("b", "c", "d"));
  EXPECT_THAT(read(pager_), ElementsAre("a", "b", "c", "d"));
}

TEST_F(AlertLogTest, WhatWasReadBackIsWhatWasWritten) {
  start();
  Alert before = correlation_alert();
  before.message = "as it was";
  log_->append({before});
  log_->save();
  start();
  auto batch = log_->next(siem_, 1);
  ASSERT_TRUE(batch);
  ASSERT_THAT(batch->alerts, SizeIs(1));
  EXPECT_EQ(batch->alerts[0].events.size(), before.events.size());
  EXPECT_EQ(batch->alerts[0].message, before.message);
}

TEST_F(AlertLogTest, ANewReaderBeginsWithWhatIsRaisedFromThenOn) {
  start();
  log_->append({alert("a")});
  log_->save();
  log_.emplace(path_, LogLimits{}, Observer{});
  size_t fresh = log_->add({.name = "fresh"});
  size_t stdout_reader = log_->add({.name = "siem", .resumes = false});
  log_->save();
  log_->append({alert("b")});
  EXPECT_THAT(read(fresh), ElementsAre("b"));
  EXPECT_THAT(read(stdout_reader), ElementsAre("b"));
}

TEST_F(AlertLogTest, AReaderFarBehindReadsFromTheFile) {
  start({.recent = 10});
  for (int i = 0; i < 20; ++i) {
    log_->append(alerts(i * 10, i * 10 + 9));
    log_->save();
  }
  log_->append(alerts(200, 204));
  Ids ids = read(siem_, 1000);
  ASSERT_THAT(ids, SizeIs(205));
  for (size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(ids[i], std::to_string(i));
  }
  EXPECT_TRUE(lost_.empty());
}

TEST_F(AlertLogTest, MemoryServesWhileTheFileCannotBeWritten) {
  path_ = directory_.file("later/vedette.db");
  start();
  ASSERT_THAT(failures_, SizeIs(1));
  EXPECT_THAT(failures_[0], HasSubstr("open: "));
  log_->append({alert("a"), alert("b")});
  EXPECT_THAT(read(siem_), ElementsAre("a", "b"));
  log_->save();
  EXPECT_THAT(failures_, SizeIs(1));
  EXPECT_EQ(log_->not_kept(pager_), 2U);

  fs::create_directory(directory_.file("later"));
  log_->save();
  EXPECT_EQ(log_->not_kept(pager_), 0U);
  start();
  EXPECT_THAT(read(pager_), ElementsAre("a", "b"));
}

TEST_F(AlertLogTest, AFileThatOpensLateGoesOnWhereItWas) {
  start();
  log_->append({alert("a"), alert("b")});
  log_->save();
  log_.reset();
  fs::rename(path_, directory_.file("away"));
  fs::create_directory(path_);
  start();
  log_->append({alert("c")});
  EXPECT_THAT(read(siem_), ElementsAre("c"));
  fs::remove(path_);
  fs::rename(directory_.file("away"), path_);
  log_->save();
  EXPECT_THAT(read(siem_), ElementsAre("a", "b", "c"));
  EXPECT_THAT(read(pager_), ElementsAre("a", "b", "c"));
}

TEST_F(AlertLogTest, AFileThatOpensLateAndHasNothingLeftIsNotReadAgain) {
  start();
  log_->append({alert("a")});
  EXPECT_THAT(read(siem_), ElementsAre("a"));
  log_->save();
  log_.reset();
  fs::rename(path_, directory_.file("away"));
  fs::create_directory(path_);
  start();
  log_->append({alert("b"), alert("c")});
  EXPECT_THAT(read(siem_, 1), ElementsAre("b"));
  fs::remove(path_);
  fs::rename(directory_.file("away"), path_);
  log_->save();
  EXPECT_EQ(log_->waiting(siem_), 1U);
  EXPECT_THAT(read(siem_), ElementsAre("c"));
  EXPECT_THAT(read(pager_), ElementsAre("a", "b", "c"));
}

TEST_F(AlertLogTest, WhatMemoryCannotHoldIsCountedForWhomItWasFor) {
  path_ = directory_.file("none/vedette.db");
  start({.unsaved = 3});
  log_->append({alert("a", Level::kLow), alert("b")});
  EXPECT_THAT(read(pager_), ElementsAre("b"));
  log_->append({alert("c"), alert("d"), alert("e")});
  EXPECT_EQ(lost_, (std::map<std::string, uint64_t>{{"siem memory_full", 2}}));
  EXPECT_THAT(read(siem_), ElementsAre("c", "d", "e"));
  EXPECT_THAT(read(pager_), ElementsAre("c", "d", "e"));
}

TEST_F(AlertLogTest, MemoryIsLimitedInBytesAsWell) {
  path_ = directory_.file("none/vedette.db");
  Alert large = alert("large");
  large.actor->command_line = std::string(10'000, 'x');
  start({.unsaved_bytes = 25'000});
  log_->append({large, large, alert("small"), large});
  EXPECT_EQ(lost_, (std::map<std::string, uint64_t>{{"pager memory_full", 2}, {"siem memory_full", 2}}));
  EXPECT_THAT(read(siem_), ElementsAre("small", "large"));
}

TEST_F(AlertLogTest, ABatchIsLimitedInBytes) {
  Alert large = alert("large");
  large.actor->command_line = std::string(10'000, 'x');
  for (size_t recent : {1'000U, 0U}) {  // from memory, from the file
    path_ = directory_.file(std::to_string(recent) + ".db");
    start({.recent = recent, .batch_bytes = 25'000});
    log_->append({large, large, alert("low", Level::kLow), large, alert("small")});
    log_->save();
    auto batch = log_->next(pager_, 10);
    ASSERT_TRUE(batch);
    EXPECT_GT(batch->alerts.size(), 0U);
    EXPECT_LT(batch->alerts.size(), 4U);
    EXPECT_EQ(read(pager_, 4), (Ids{"large", "large", "large", "small"}));
    EXPECT_EQ(read(siem_, 5), (Ids{"large", "large", "low", "large", "small"}));
    EXPECT_TRUE(log_->at_end(siem_) && log_->at_end(pager_));
  }
}

TEST_F(AlertLogTest, AnAlertBeyondTheLimitOfABatchIsReadAlone) {
  for (size_t recent : {1'000U, 0U}) {
    path_ = directory_.file(std::to_string(recent) + ".db");
    start({.recent = recent, .batch_bytes = 1});
    log_->append({alert("a"), alert("b")});
    log_->save();
    EXPECT_EQ(log_->next(siem_, 10)->seqs.size(), 1U);
    EXPECT_EQ(read(siem_), (Ids{"a", "b"}));
  }
}

TEST_F(AlertLogTest, WhatRetentionRemovesIsCountedForWhomItWasFor) {
  start({.recent = 0, .retention = {.age_ns = 1000}});
  log_->append({alert("a", Level::kLow, 5000), alert("b", Level::kHigh, 5000), alert("c", Level::kHigh, 6000)});
  log_->save();
  EXPECT_THAT(read(pager_, 1), ElementsAre("b"));
  log_->trim(6500);
  EXPECT_EQ(lost_, (std::map<std::string, uint64_t>{{"siem retention", 2}}));
  EXPECT_THAT(read(siem_), ElementsAre("c"));
  EXPECT_THAT(read(pager_), ElementsAre("c"));
}

TEST_F(AlertLogTest, WhatAReaderHoldsIsLostByRetentionOnlyWhenItLetsGo) {
  start({.recent = 0, .retention = {.age_ns = 1000}});
  log_->append({alert("a", Level::kHigh, 5000), alert("b", Level::kHigh, 5000), alert("c", Level::kHigh, 5000)});
  log_->save();
  auto given = log_->next(siem_, 2);
  auto also_given = log_->next(pager_, 2);
  log_->trim(6500);
  EXPECT_EQ(lost_, (std::map<std::string, uint64_t>{{"siem retention", 1}, {"pager retention", 1}}));
  log_->trim(6500);
  log_->done(siem_, given->through, 2);
  log_->done(pager_, also_given->seqs[0], 1);
  log_->let_go(siem_);
  log_->let_go(pager_);
  EXPECT_EQ(lost_, (std::map<std::string, uint64_t>{{"siem retention", 1}, {"pager retention", 2}}));
  log_->append({alert("d")});
  log_->save();
  EXPECT_THAT(read(siem_), ElementsAre("d"));
  EXPECT_THAT(read(pager_), ElementsAre("d"));
  EXPECT_EQ(log_->waiting(siem_) + log_->waiting(pager_), 0U);
}

TEST_F(AlertLogTest, WhatAReaderHoldsIsGivenAgainWhereItIsStillThere) {
  start({.recent = 0, .retention = {.age_ns = 1000}});
  log_->append({alert("a", Level::kHigh, 5000), alert("b", Level::kHigh, 9000)});
  log_->save();
  ASSERT_EQ(log_->next(siem_, 2)->seqs.size(), 2U);
  log_->trim(6500);
  log_->let_go(siem_);
  EXPECT_EQ(lost_["siem retention"], 1U);
  EXPECT_THAT(read(siem_), ElementsAre("b"));
}

TEST_F(AlertLogTest, WhatAReaderHoldsMemoryMayDrop) {
  path_ = directory_.file("none/vedette.db");
  start({.unsaved = 3});
  log_->append({alert("a"), alert("b"), alert("c")});
  auto given = log_->next(siem_, 2);
  auto also_given = log_->next(pager_, 2);
  log_->append({alert("d"), alert("e"), alert("f")});
  EXPECT_EQ(lost_, (std::map<std::string, uint64_t>{{"siem memory_full", 1}, {"pager memory_full", 1}}));
  log_->done(siem_, given->through, 2);
  EXPECT_THAT(read(siem_), ElementsAre("d", "e", "f"));
  EXPECT_THAT(read(pager_), ElementsAre("d", "e", "f"));
  EXPECT_EQ(lost_, (std::map<std::string, uint64_t>{{"siem memory_full", 1}, {"pager memory_full", 3}}));
}

TEST_F(AlertLogTest, WhatIsStillInMemoryIsNotLostByRetention) {
  start({.retention = {.age_ns = 1000}});
  log_->append({alert("a", Level::kHigh, 5000)});
  log_->save();
  log_->trim(9000);
  EXPECT_TRUE(lost_.empty());
  EXPECT_THAT(read(siem_), ElementsAre("a"));
}

TEST_F(AlertLogTest, AFileThatIsRemovedIsMadeAnewWithWhatMemoryHas) {
  start({.recent = 2});
  log_->append({alert("a"), alert("b"), alert("c")});
  log_->save();
  EXPECT_THAT(read(pager_, 1), ElementsAre("a"));
  fs::remove(path_);
  log_->append({alert("d")});
  log_->save();
  ASSERT_THAT(failures_, SizeIs(1));
  EXPECT_THAT(failures_[0],
              ::testing::AllOf(::testing::StartsWith("removed: "), HasSubstr("is gone; another is made")));
  EXPECT_EQ(lost_, (std::map<std::string, uint64_t>{{"siem state_corrupt", 2}, {"pager state_corrupt", 1}}));
  EXPECT_THAT(read(siem_), ElementsAre("c", "d"));
  EXPECT_THAT(read(pager_), ElementsAre("c", "d"));
}

TEST_F(AlertLogTest, AFileThatIsNoDatabaseIsSetAsideAndSaid) {
  std::ofstream(path_) << std::string(5000, 'x');
  start();
  ASSERT_THAT(failures_, SizeIs(1));
  EXPECT_THAT(failures_[0], HasSubstr("set_aside: "));
  log_->append({alert("a")});
  EXPECT_THAT(read(siem_), ElementsAre("a"));
}

TEST_F(AlertLogTest, AnAlertOfTheFileThatIsNoneIsPassedOver) {
  start({.recent = 0});
  log_->append({alert("a"), alert("b")});
  log_->save();
  auto database = state::Database::open(path_, state::Access::kWrite);
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->run("UPDATE alerts SET body = '{}' WHERE seq = 1"));
  auto batch = log_->next(siem_, 10);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->unreadable, 1U);
  EXPECT_THAT(batch->seqs, ElementsAre(2));
}

}  // namespace
}  // namespace vedette::output
