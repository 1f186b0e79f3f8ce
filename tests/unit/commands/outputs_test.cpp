// SPDX-License-Identifier: Apache-2.0
#include "commands/outputs.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/settings.h"

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;

class Outputs : public testing::Test {
 protected:
  Outputs() {
    char name[] = "/tmp/vedette-outputs-XXXXXX";
    directory_ = ::mkdtemp(name);
  }
  ~Outputs() override { fs::remove_all(directory_); }

  // Of one entry without a mistake.
  static Result<std::unique_ptr<output::Sink>> made(const std::string& entry) {
    auto loaded = config::parse("f", "outputs: [" + entry + "]");
    EXPECT_THAT(loaded.errors, testing::IsEmpty()) << entry;
    return make_sink(loaded.settings.outputs.at(0));
  }

  fs::path directory_;
};

TEST_F(Outputs, OfEveryTypeAndFormatAreMadeWithoutTheirReceivers) {
  std::vector<std::string> entries = {"{type: stdout}", "{type: stdout, format: text}",
                                      "{type: alertmanager, url: 'http://127.0.0.1:1'}"};
  for (const std::string format : {"native", "ocsf", "ecs", "falco", "cef"}) {
    entries.push_back("{type: stdout, format: " + format + "}");
    entries.push_back("{type: file, path: " + (directory_ / format).string() + ", format: " + format + "}");
    entries.push_back("{type: journald, format: " + format + "}");
    entries.push_back("{type: syslog, format: " + format + "}");
    entries.push_back("{type: syslog, address: 'tcp://127.0.0.1:1', format: " + format + "}");
    entries.push_back("{type: syslog, address: 'tls://siem.invalid:1', format: " + format + "}");
    if (format != "cef") {
      entries.push_back("{type: webhook, url: 'https://siem.invalid/', format: " + format + "}");
    }
  }
  for (const auto& entry : entries) {
    auto sink = made(entry);
    EXPECT_TRUE(sink) << entry << (sink ? "" : ": " + sink.error().message);
  }
}

TEST_F(Outputs, WriteInTheirFormat) {
  auto sink = made("{type: file, path: " + (directory_ / "alerts").string() + ", format: cef}");
  ASSERT_TRUE(sink);
  Alert alert;
  EXPECT_EQ((*sink)->write({&alert, 1}).done, 1U);
  std::ostringstream text;
  text << std::ifstream(directory_ / "alerts").rdbuf();
  EXPECT_EQ(text.str(), output::format(output::Format::kCef, alert) + "\n");
}

TEST_F(Outputs, TakeTheBatchAskedFor) {
  EXPECT_EQ((*made("{type: webhook, url: 'https://siem.invalid/', batch: 7}"))->batch(), 7U);
  EXPECT_EQ((*made("{type: webhook, url: 'https://siem.invalid/', batch: 7, format: falco}"))->batch(), 1U);
  EXPECT_EQ((*made("{type: alertmanager, url: 'https://h', batch: 9}"))->batch(), 9U);
}

TEST_F(Outputs, ThatCannotBeAreErrors) {
  EXPECT_FALSE(made("{type: file, path: " + directory_.string() + "}"));
  EXPECT_FALSE(make_sink({.type = "pigeon"}));
  EXPECT_FALSE(make_sink({.type = "journald", .format = "xml"}));
}

}  // namespace
}  // namespace vedette::commands
