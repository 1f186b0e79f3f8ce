// SPDX-License-Identifier: Apache-2.0
// What rsyslog, where it is installed, makes of our messages.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "certificates.h"
#include "output/sinks.h"
#include "output/syslog_message.h"
#include "received.h"

namespace vedette::output {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "/usr/sbin/rsyslogd";

std::string contents(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class Rsyslog : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kProgram)) {
      GTEST_SKIP() << "package rsyslog is not installed";
    }
    std::signal(SIGPIPE, SIG_IGN);
    char name[] = "/tmp/vedette-rsyslog-XXXXXX";
    directory_ = ::mkdtemp(name);
  }
  void TearDown() override {
    stop();
    if (HasFailure()) {
      std::fprintf(stderr, "%s\n", contents(directory_ / "log").c_str());
    }
    fs::remove_all(directory_);
  }

  // Returns the port.
  std::string start(const std::string& before, const std::string& module) {
    std::ofstream(directory_ / "config")
        << "global(workDirectory=\"" << directory_.string() << "\" maxMessageSize=\"64k\" " << before << ")\n"
        << "module(load=\"imtcp\" " << module << ")\n"
        << "template(name=\"line\" type=\"string\" string=\"%PRI%|%TIMESTAMP:::date-rfc3339%|%HOSTNAME%|%APP-NAME%|"
           "%PROCID%|%MSGID%|%STRUCTURED-DATA%|%msg%\\n\")\n"
        << "ruleset(name=\"all\") { action(type=\"omfile\" file=\"" << (directory_ / "out").string()
        << "\" template=\"line\") }\n"
        << "input(type=\"imtcp\" address=\"127.0.0.1\" port=\"0\" listenPortFileName=\""
        << (directory_ / "port").string() << "\" ruleset=\"all\")\n";
    pid_ = ::fork();
    if (pid_ == 0) {
      std::freopen((directory_ / "log").c_str(), "w", stderr);
      ::execl(kProgram, kProgram, "-n", "-i", "NONE", "-f", (directory_ / "config").c_str(), nullptr);
      std::_Exit(127);
    }
    return waited_for("port", 1);
  }
  void stop() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
      pid_ = -1;
    }
  }

  // The text of a file once it has so many bytes or lines.
  [[nodiscard]] std::string waited_for(const std::string& file, size_t least) const {
    auto deadline = std::chrono::steady_clock::now() + kLongEnough;
    std::string text;
    while (std::chrono::steady_clock::now() < deadline) {
      text = contents(directory_ / file);
      auto lines = static_cast<size_t>(std::ranges::count(text, '\n'));
      if (file == "port" ? !text.empty() : lines >= least) {
        return text;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << file << ": " << text;
    return text;
  }

  static std::vector<Alert> alerts() {
    auto alerts = numbered_alerts(3);
    alerts[1].rule.title = "\"] \\ ] = | \n";
    alerts[2].message = "naïve";
    return alerts;
  }
  // A line as the template has it, from the message that was sent.
  static std::string expected(const Alert& alert) {
    std::string message = syslog_message(alert, Format::kNative, 16, static_cast<uint32_t>(::getpid()));
    std::string data = message.substr(message.find(" [") + 1);
    std::string begin = message.substr(0, message.size() - data.size());
    std::ranges::replace(begin, ' ', '|');
    size_t end = data.find("\"] ") + 2;
    return begin.substr(1, begin.find('>') - 1) + begin.substr(begin.find(">1|") + 2) + data.substr(0, end) + "|" +
           data.substr(end + 1) + "\n";
  }
  void deliver_and_compare(const std::string& address, const std::string& ca_file) {
    auto sink = syslog_sink({.address = address, .ca_file = ca_file});
    deliver_all(**sink, alerts());
    std::string lines;
    for (const Alert& alert : alerts()) {
      lines += expected(alert);
    }
    EXPECT_EQ(waited_for("out", 3), lines);
  }

  fs::path directory_;
  pid_t pid_ = -1;
};

TEST_F(Rsyslog, ReadsEveryField) { deliver_and_compare("tcp://127.0.0.1:" + start("", ""), ""); }

TEST_F(Rsyslog, ReadsEveryFieldOverTls) {
  Certificates certificates("DNS:localhost");
  std::string port =
      start("defaultNetstreamDriverCAFile=\"" + certificates.authority() + "\" defaultNetstreamDriverCertFile=\"" +
                certificates.certificate() + "\" defaultNetstreamDriverKeyFile=\"" + certificates.key() + "\"",
            R"(streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")");
  deliver_and_compare("tls://localhost:" + port, certificates.authority());
}

}  // namespace
}  // namespace vedette::output
