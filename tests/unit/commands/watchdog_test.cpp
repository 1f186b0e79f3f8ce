// SPDX-License-Identifier: Apache-2.0
#include "commands/watchdog.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/fd.h"

namespace vedette::commands {
namespace {

// Stands for systemd: the socket of sd_notify(3), in a directory of its own.
class WatchdogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string path = folder_ + "/notify";
    std::memcpy(address.sun_path, path.data(), path.size());
    socket_ = Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    ASSERT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }

  void TearDown() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
      ::unsetenv(name);
    }
    std::filesystem::remove_all(folder_);
  }

  std::vector<std::string> heard() {
    std::vector<std::string> messages;
    std::array<char, 256> buffer{};
    ssize_t n = 0;
    while ((n = ::recv(socket_.get(), buffer.data(), buffer.size(), 0)) >= 0) {
      messages.emplace_back(buffer.data(), static_cast<size_t>(n));
    }
    return messages;
  }

  static void limit(const char* microseconds, pid_t watched = ::getpid()) {
    ::setenv("WATCHDOG_USEC", microseconds, 1);
    ::setenv("WATCHDOG_PID", std::to_string(watched).c_str(), 1);
  }

 private:
  std::string folder_ = ::testing::TempDir() + "watchdog-XXXXXX";
  Fd socket_;
};

const std::vector<std::string> kOnce = {"WATCHDOG=1"};

TEST_F(WatchdogTest, TellsAtOnceAndThenTwiceInTheLimit) {
  limit("20000000");
  Watchdog watchdog;
  watchdog.alive(1'000'000'000);
  EXPECT_EQ(heard(), kOnce);
  watchdog.alive(10'999'999'999);
  EXPECT_TRUE(heard().empty());
  watchdog.alive(11'000'000'000);
  EXPECT_EQ(heard(), kOnce);
}

TEST_F(WatchdogTest, TellsOnceAfterALongSleep) {
  limit("20000000");
  Watchdog watchdog;
  watchdog.alive(1);
  watchdog.alive(3'600'000'000'000);
  watchdog.alive(3'600'000'000'001);
  EXPECT_EQ(heard().size(), 2U);
}

TEST_F(WatchdogTest, IsSilentWithoutALimit) {
  Watchdog watchdog;
  watchdog.alive(1'000'000'000);
  EXPECT_TRUE(heard().empty());
}

TEST_F(WatchdogTest, IsSilentWhenAnotherProcessIsWatched) {
  limit("20000000", ::getppid());
  Watchdog watchdog;
  watchdog.alive(1'000'000'000);
  EXPECT_TRUE(heard().empty());
}

}  // namespace
}  // namespace vedette::commands
