// SPDX-License-Identifier: Apache-2.0
// The journal is a socket of the test's own, in a mount namespace of the thread that writes.
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <thread>

#include "base/fd.h"
#include "output/sinks.h"
#include "received.h"

namespace vedette::output {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Pair;

constexpr const char* kSocket = "/run/systemd/journal/socket";

using Entry = std::multimap<std::string, std::string>;

// https://systemd.io/JOURNAL_NATIVE_PROTOCOL
Entry parse(std::string_view text) {
  Entry entry;
  while (!text.empty()) {
    size_t end = text.find_first_of("=\n");
    std::string name(text.substr(0, end));
    bool binary = text[end] == '\n';
    text.remove_prefix(end + 1);
    uint64_t size = text.find('\n');
    if (binary) {
      std::memcpy(&size, text.data(), sizeof size);
      text.remove_prefix(sizeof size);
    }
    entry.emplace(name, text.substr(0, size));
    text.remove_prefix(size + 1);
  }
  return entry;
}

std::string whole(int fd) {
  struct stat status{};
  ::fstat(fd, &status);
  std::string text(static_cast<size_t>(status.st_size), '\0');
  EXPECT_EQ(::pread(fd, text.data(), text.size(), 0), status.st_size);
  return text;
}

// The next entry; none when nothing is there. A large one comes as a descriptor.
std::optional<Entry> receive(const Fd& socket) {
  std::string text(1 << 20, '\0');
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  iovec part{text.data(), text.size()};
  msghdr message{.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t n = ::recvmsg(socket.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (n < 0) {
    return std::nullopt;
  }
  text.resize(static_cast<size_t>(n));
  if (const cmsghdr* passed = CMSG_FIRSTHDR(&message); passed != nullptr) {
    int number = -1;
    std::memcpy(&number, CMSG_DATA(passed), sizeof number);
    text = whole(Fd(number).get());
  }
  return parse(text);
}

Fd journal() {
  Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::strcpy(address.sun_path, kSocket);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

// With a /run of its own, without a journal.
class Journald : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) {
      GTEST_SKIP() << "a mount namespace takes root";
    }
  }
  static void apart(const std::function<void()>& test) {
    std::thread([&] {
      bool good = ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                  ::mount("vedette-test", "/run", "tmpfs", 0, nullptr) == 0;
      if (!good) {
        GTEST_SKIP() << "no mount namespace: " << std::generic_category().message(errno);
      }
      std::filesystem::create_directories("/run/systemd/journal");
      test();
    }).join();
  }
};

TEST_F(Journald, SendsFields) {
  apart([] {
    Fd socket = journal();
    auto alerts = numbered_alerts(2);
    EXPECT_EQ(journald_sink(Format::kNative)->write(alerts).done, 2U);
    auto entry = receive(socket);
    ASSERT_TRUE(entry);
    EXPECT_THAT(
        *entry,
        testing::UnorderedElementsAre(
            Pair("MESSAGE", HasSubstr("cat (pid 1, user a) read the environment of MCP server github")),
            Pair("MESSAGE_ID", "49e324455d3a4eb8b871e02e55b01667"), Pair("PRIORITY", "3"),
            Pair("SYSLOG_IDENTIFIER", "vedette"), Pair("VEDETTE_ALERT_ID", "alert-1"),
            Pair("VEDETTE_RULE", "Environment of MCP server read"),
            Pair("VEDETTE_RULE_ID", "66666666-2222-4333-8444-555555555555"), Pair("VEDETTE_LEVEL", "high"),
            Pair("VEDETTE_BEHAVIOR", "environ_read"), Pair("VEDETTE_OUTCOME", "allowed"), Pair("VEDETTE_COUNT", "1"),
            Pair("VEDETTE_SERVER", "github"), Pair("VEDETTE_CLIENT", "claude-code"), Pair("VEDETTE_ACTOR_PID", "1"),
            Pair("VEDETTE_ACTOR_EXE", "/usr/bin/cat"), Pair("VEDETTE_ACTOR_CMDLINE", "cat /proc/2/environ"),
            Pair("VEDETTE_ACTOR_UID", "1000"), Pair("VEDETTE_TARGET_PID", "2"),
            Pair("VEDETTE_TARGET_EXE", "/usr/bin/node"), Pair("VEDETTE_TARGET_CMDLINE", "node mcp-server-github"),
            Pair("VEDETTE_TARGET_UID", "1000"), Pair("VEDETTE_ALERT", format(Format::kNative, alerts[0]))));
    EXPECT_EQ(receive(socket)->find("VEDETTE_ALERT_ID")->second, "alert-2");
  });
}

TEST_F(Journald, WhatIsUnknownHasNoField) {
  apart([] {
    Fd socket = journal();
    Alert alert;
    alert.message = "m";
    EXPECT_EQ(journald_sink(Format::kNative)->write({&alert, 1}).done, 1U);
    auto entry = receive(socket);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->count("VEDETTE_SERVER") + entry->count("VEDETTE_ACTOR_PID") + entry->count("VEDETTE_TARGET_PID"),
              0U);
  });
}

TEST_F(Journald, PassesWhatIsLargeInAFile) {
  apart([] {
    Fd socket = journal();
    Alert alert = sample_alert();
    alert.message = std::string(16 << 20, 'x');
    EXPECT_EQ(journald_sink(Format::kNative)->write({&alert, 1}).done, 1U);
    auto entry = receive(socket);
    ASSERT_TRUE(entry);
    EXPECT_TRUE(entry->find("MESSAGE")->second == alert.message);
    EXPECT_TRUE(entry->find("VEDETTE_ALERT")->second == format(Format::kNative, alert));
  });
}

TEST_F(Journald, TextCannotForgeAField) {
  apart([] {
    Fd socket = journal();
    Alert alert = sample_alert();
    alert.rule.title = alert.message = "line\nPRIORITY=0\nMESSAGE=forged\xff";
    EXPECT_EQ(journald_sink(Format::kNative)->write({&alert, 1}).done, 1U);
    auto entry = receive(socket);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->count("PRIORITY"), 1U);
    EXPECT_EQ(entry->count("MESSAGE"), 1U);
    EXPECT_EQ(entry->find("VEDETTE_RULE")->second, "line\nPRIORITY=0\nMESSAGE=forged\\xff");
  });
}

TEST_F(Journald, NoJournalIsAnErrorUntilItIsThere) {
  apart([] {
    auto sink = journald_sink(Format::kNative);
    auto alerts = numbered_alerts(2);
    Delivery delivery = sink->write(alerts);
    EXPECT_EQ(delivery.done, 0U);
    EXPECT_EQ(delivery.error, "cannot reach the journal at /run/systemd/journal/socket: No such file or directory");
    Fd socket = journal();
    deliver_all(*sink, alerts);
    EXPECT_EQ(receive(socket)->find("VEDETTE_ALERT_ID")->second, "alert-1");
    EXPECT_EQ(receive(socket)->find("VEDETTE_ALERT_ID")->second, "alert-2");
    socket.reset();
    EXPECT_THAT(sink->write(alerts).error, HasSubstr("Connection refused"));
  });
}

TEST_F(Journald, AJournalThatHangsIsGivenUpAndGetsTheRestInOrder) {
  apart([] {
    Fd socket = journal();
    auto sink = journald_sink(Format::kNative, std::chrono::milliseconds(100));
    auto alerts = numbered_alerts(5000);
    std::span<const Alert> left = alerts;
    Delivery delivery;
    while (delivery.error.empty() && !left.empty()) {
      delivery = sink->write(left.first(std::min(left.size(), sink->batch())));
      left = left.subspan(delivery.done);
    }
    EXPECT_EQ(delivery.error, "the journal at /run/systemd/journal/socket takes nothing");
    size_t received = 0;
    while (auto entry = receive(socket)) {
      EXPECT_EQ(entry->find("VEDETTE_ALERT_ID")->second, alerts[received++].id);
    }
    EXPECT_EQ(received, alerts.size() - left.size());
    EXPECT_EQ(sink->write(left.first(1)).done, 1U);
    EXPECT_EQ(receive(socket)->find("VEDETTE_ALERT_ID")->second, left.front().id);
  });
}

}  // namespace
}  // namespace vedette::output
