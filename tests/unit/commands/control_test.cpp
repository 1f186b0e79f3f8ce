// SPDX-License-Identifier: Apache-2.0
#include "commands/control.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

namespace vedette::commands {
namespace {

using testing::HasSubstr;

MonitorStatus sample() {
  MonitorStatus status{.rules = {.digest = "abc",
                                 .live = 3,
                                 .dead = 1,
                                 .loaded = "2026-11-21T02:03:04.000000000Z",
                                 .stale = true,
                                 .errors = {"a.yml:1:2: wrong", "b.yml:3:4: worse"}}};
  status.servers.push_back({{"name", "github"}, {"pid", 7}});
  return status;
}

TEST(Control, AStatusComesBackAsItWasSaid) {
  auto status = status_from_json(to_json(sample()));
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->servers.dump(), R"([{"name":"github","pid":7}])");
  EXPECT_EQ(status->rules.digest, "abc");
  EXPECT_EQ(status->rules.live, 3);
  EXPECT_TRUE(status->rules.stale);
  EXPECT_EQ(status->rules.errors, sample().rules.errors);
}

TEST(Control, AnAnswerOfAnotherKindIsAnError) {
  for (const char* text :
       {"", "[]", "{}", "{\"servers\":[],\"rules\":[]}", "{\"servers\":[],\"rules\":{\"digest\":1}}"}) {
    auto status = status_from_json(text);
    ASSERT_FALSE(status) << text;
    EXPECT_THAT(status.error().message, HasSubstr("cannot be understood"));
  }
}

TEST(Control, StaleRulesSayWhy) {
  EXPECT_EQ(stale_text(sample().rules),
            "the running rules, loaded 2026-11-21T02:03:04.000000000Z, are older than the files, which have mistakes:\n"
            "    a.yml:1:2: wrong\n    b.yml:3:4: worse");
}

class ControlSocketTest : public testing::Test {
 protected:
  ControlSocketTest() {
    auto socket = ControlSocket::listen(path_);
    EXPECT_TRUE(socket) << (socket ? "" : socket.error().message);
    socket_.emplace(std::move(*socket));
  }
  ~ControlSocketTest() override { std::filesystem::remove_all(directory_); }

  static std::filesystem::path new_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vedette-control-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }
  // The number of bytes that user is answered; -1 when it cannot even connect.
  int bytes_for(uid_t user) {
    pid_t pid = ::fork();
    if (pid == 0) {
      auto answer = ::setuid(user) == 0 ? ask(path_) : fail("setuid");
      ::_exit(answer ? static_cast<int>(answer->size()) : 255);
    }
    while (::waitpid(pid, &status_, WNOHANG) == 0) {
      socket_->answer([] { return std::string("{}"); });
      std::this_thread::yield();
    }
    return WEXITSTATUS(status_) == 255 ? -1 : WEXITSTATUS(status_);
  }

  std::filesystem::path directory_ = new_directory();
  std::string path_ = (directory_ / "control.sock").string();
  std::optional<ControlSocket> socket_;
  int status_ = 0;
};

TEST_F(ControlSocketTest, IsItsOwnersOnly) {
  EXPECT_EQ(std::filesystem::status(path_).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(bytes_for(::geteuid()), 2);
}

// Rights that a mistake or an attacker gave away do not help.
TEST_F(ControlSocketTest, OthersGetNothing) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "becomes another user: as root only";
  }
  ::chmod(directory_.c_str(), 0755);
  EXPECT_EQ(bytes_for(65534), -1);
  ::chmod(path_.c_str(), 0666);
  EXPECT_EQ(bytes_for(65534), 0);
  EXPECT_EQ(bytes_for(0), 2);
}

}  // namespace
}  // namespace vedette::commands
