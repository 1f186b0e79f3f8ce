// SPDX-License-Identifier: Apache-2.0
#include "state/store.h"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "../temporary_directory.h"

namespace vedette::state {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

StoredAlert alert(int64_t seq, uint64_t time = 1000, Level level = Level::kHigh) {
  return {.seq = seq,
          .time = time,
          .level = level,
          .rule_id = "id-1",
          .rule = "Environment Read",
          .server = "github",
          .body = "{\"seq\":" + std::to_string(seq) + "}"};
}

std::vector<int64_t> seqs(const Result<std::vector<StoredAlert>>& alerts) {
  std::vector<int64_t> result;
  EXPECT_TRUE(alerts) << alerts.error().message;
  for (const StoredAlert& one : alerts.value_or(std::vector<StoredAlert>())) {
    result.push_back(one.seq);
  }
  return result;
}

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    store_.reset();
    auto opened = Store::open(path_);
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  void append(const std::vector<StoredAlert>& alerts) {
    auto done = store_->append(alerts);
    ASSERT_TRUE(done) << done.error().message;
  }
  // On a connection of its own.
  void run(const std::string& sql) {
    auto database = Database::open(path_, Access::kWrite);
    ASSERT_TRUE(database) << database.error().message;
    auto done = database->run(sql);
    ASSERT_TRUE(done) << done.error().message;
  }

  vedette::testing::TemporaryDirectory directory_;
  std::string path_ = directory_.file("vedette.db");
  std::optional<Store> store_;
};

TEST_F(StoreTest, IsPrivate) {
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(store_->set_aside(), "");
}

TEST_F(StoreTest, GivesBackWhatWasAppended) {
  append({alert(1), alert(2, 2000, Level::kLow)});
  open();
  auto found = store_->alerts({});
  ASSERT_EQ(seqs(found), (std::vector<int64_t>{1, 2}));
  const StoredAlert& second = (*found)[1];
  EXPECT_EQ(second.time, 2000U);
  EXPECT_EQ(second.level, Level::kLow);
  EXPECT_EQ(second.rule_id, "id-1");
  EXPECT_EQ(second.rule, "Environment Read");
  EXPECT_EQ(second.server, "github");
  EXPECT_EQ(second.body, "{\"seq\":2}");
}

TEST_F(StoreTest, KeepsBytesThatAreNoText) {
  StoredAlert odd = alert(1);
  odd.server = std::string("a\0b\xff", 4);
  append({odd});
  EXPECT_EQ(store_->alerts({})->front().server, odd.server);
}

TEST_F(StoreTest, FindsByTimeLevelRuleAndServer) {
  StoredAlert other = alert(3, 3000, Level::kCritical);
  other.rule = "Core [Dump]";
  other.rule_id = "id-2";
  other.server = "weather";
  append({alert(1, 1000, Level::kLow), alert(2, 2000), other});
  EXPECT_EQ(seqs(store_->alerts({.after = 1})), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(seqs(store_->alerts({.since = 2000})), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(seqs(store_->alerts({.until = 2000})), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(seqs(store_->alerts({.at_least = Level::kHigh})), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(seqs(store_->alerts({.rule = "id-2"})), (std::vector<int64_t>{3}));
  EXPECT_EQ(seqs(store_->alerts({.rule = "*Read"})), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(seqs(store_->alerts({.rule = "Core [Dump]"})), (std::vector<int64_t>{3}));
  EXPECT_EQ(seqs(store_->alerts({.server = "git???"})), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(seqs(store_->alerts({.limit = 1})), (std::vector<int64_t>{1}));
}

TEST_F(StoreTest, AppendsAllOrNone) {
  append({alert(1)});
  EXPECT_FALSE(store_->append(std::vector{alert(2), alert(1)}));
  EXPECT_EQ(seqs(store_->alerts({})), (std::vector<int64_t>{1}));
}

TEST_F(StoreTest, NeverGivesASeqTwice) {
  append({alert(1), alert(7)});
  ASSERT_TRUE(store_->remove_through(7));
  open();
  EXPECT_EQ(store_->last_seq(), 7);
  EXPECT_THAT(seqs(store_->alerts({})), IsEmpty());
}

TEST_F(StoreTest, CountsByLevel) {
  append({alert(1), alert(2, 0, Level::kLow), alert(3)});
  EXPECT_EQ(store_->count(1, 3, Level::kInformational), 2U);
  EXPECT_EQ(store_->count(0, 3, Level::kMedium), 2U);
}

TEST_F(StoreTest, RemembersHowFarOutputsCame) {
  EXPECT_EQ(store_->position("syslog"), std::nullopt);
  ASSERT_TRUE(store_->set_position("syslog", 3));
  ASSERT_TRUE(store_->set_position("syslog", 5));
  ASSERT_TRUE(store_->set_position("gone", 1));
  const std::string names[] = {"syslog"};
  ASSERT_TRUE(store_->keep_positions(names));
  open();
  EXPECT_EQ(store_->position("syslog"), 5);
  EXPECT_EQ(store_->position("gone"), std::nullopt);
}

TEST_F(StoreTest, RemembersServersByNameClientAndCommand) {
  StoredServer github{"github", "claude-code", "npx server-github", {"config", "signature"}, 7, 100, 200};
  StoredServer weather{"weather", "", "weather", {"declared"}, 8, 100, 300};
  ASSERT_TRUE(store_->seen(std::vector{github, weather}));
  github.pid = 9;
  github.first_seen = 400;
  github.last_seen = 500;
  ASSERT_TRUE(store_->seen(std::vector{github}));
  open();
  auto servers = store_->servers();
  ASSERT_TRUE(servers) << servers.error().message;
  ASSERT_EQ(servers->size(), 2U);
  EXPECT_EQ((*servers)[0].name, "github");
  EXPECT_EQ((*servers)[0].first_seen, 100U);
  EXPECT_EQ((*servers)[0].last_seen, 500U);
  EXPECT_EQ((*servers)[0].pid, 9U);
  EXPECT_THAT((*servers)[0].evidence, ElementsAre("config", "signature"));
  ASSERT_TRUE(store_->forget_servers(301));
  EXPECT_EQ(store_->servers()->size(), 1U);
}

TEST_F(StoreTest, NamesWhatIsTooOld) {
  append({alert(1, 1000), alert(2, 2000), alert(3, 3000)});
  EXPECT_EQ(store_->outdated({.age_ns = 1500}, 4000), 2);
  EXPECT_EQ(store_->outdated({.age_ns = 9000}, 4000), 0);
  EXPECT_EQ(store_->outdated({}, 4000), 0);
}

TEST_F(StoreTest, NamesATenthWhenItIsTooLargeAndGivesTheRoomBack) {
  std::vector<StoredAlert> many;
  for (int64_t seq = 1; seq <= 1000; ++seq) {
    many.push_back(alert(seq));
    many.back().body.resize(1000, ' ');
  }
  append(many);
  const Retention small{.size_bytes = 500'000};
  int64_t last = 0;
  for (auto seq = store_->outdated(small, 0); seq && *seq > 0; seq = store_->outdated(small, 0)) {
    EXPECT_GT(*seq, last);
    last = *seq;
    ASSERT_TRUE(store_->remove_through(last));
  }
  EXPECT_THAT(last, ::testing::AllOf(::testing::Gt(400), ::testing::Lt(800)));
  store_.reset();
  EXPECT_LT(std::filesystem::file_size(path_), 500'000U);
}

TEST_F(StoreTest, AReaderSeesWhatTheWriterCommits) {
  auto reader = Store::open_reader(path_);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_THAT(seqs(reader->alerts({})), IsEmpty());
  append({alert(1)});
  EXPECT_EQ(seqs(reader->alerts({})), (std::vector<int64_t>{1}));
  EXPECT_FALSE(reader->append(std::vector{alert(2)}));
}

TEST_F(StoreTest, AReaderNeedsAFile) {
  auto reader = Store::open_reader(directory_.file("none.db"));
  ASSERT_FALSE(reader);
  EXPECT_THAT(reader.error().message, HasSubstr("none.db"));
}

TEST_F(StoreTest, AFileThatIsNoDatabaseIsSetAside) {
  store_.reset();
  std::ofstream(path_) << std::string(10'000, 'x');
  open();
  EXPECT_THAT(store_->set_aside(), HasSubstr("not a database"));
  append({alert(1)});
}

TEST_F(StoreTest, AFileWithDamagedPagesIsSetAside) {
  std::vector<StoredAlert> many;
  for (int64_t seq = 1; seq <= 500; ++seq) {
    many.push_back(alert(seq));
  }
  append(many);
  store_.reset();
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  constexpr size_t kPage = 4096;
  file.seekp(kPage);
  file << std::string(std::filesystem::file_size(path_) - kPage, '\xee');
  file.close();
  open();
  EXPECT_NE(store_->set_aside(), "");
  EXPECT_THAT(seqs(store_->alerts({})), IsEmpty());
}

TEST_F(StoreTest, AFileOfANewerVersionIsSetAside) {
  append({alert(1)});
  store_.reset();
  run("PRAGMA user_version=99");
  auto reader = Store::open_reader(path_);
  ASSERT_FALSE(reader);
  EXPECT_THAT(reader.error().message, HasSubstr("99"));
  open();
  EXPECT_THAT(store_->set_aside(), HasSubstr("version 99, made by a newer Vedette"));
}

TEST_F(StoreTest, ADirectoryThatCannotBeWrittenIsAnError) {
  auto opened = Store::open(directory_.file("none/vedette.db"));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("none/vedette.db"));
}

}  // namespace
}  // namespace vedette::state
