// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <fstream>
#include <set>

#include "scenario.h"

namespace vedette::scenario {
namespace {

bool says_ready(const LineReader::Lines& lines) {
  return std::ranges::any_of(lines, [](const auto& line) { return line.find("ready") != std::string::npos; });
}

class Recording : public Scenario {
 protected:
  // A recording of three attacks, made beside a monitor that saw the same.
  fs::path record() {
    fs::path file = scratch() / "attacks.vedette";
    start_monitor();
    Process recorder({{monitor_program(), "record", "--config", scratch() / "vedette.yaml", file}, "/", {}, false});
    if (!recorder.err().wait(says_ready, 20s)) {
      throw std::runtime_error("record: " + join(recorder.err().lines(), "\n"));
    }
    start_victim();
    act({"read_environ", "openat", victim().pid_text()});
    act({"memory", "process_vm_readv", victim().pid_text()});
    victim().obey("raw_socket raw4");
    settled();
    recorder.signal(SIGTERM);
    EXPECT_EQ(recorder.wait(5s), 0);
    return file;
  }

  [[nodiscard]] Finished replay(const fs::path& file) const {
    return run({{monitor_program(), "replay", "--json", "--rules", rules_directory(), file}, "/", {}, false});
  }

  // Cuts or changes a copy of the recording.
  [[nodiscard]] fs::path damaged(const fs::path& file, const std::function<void(std::string&)>& damage) const {
    std::string bytes = read_file(file);
    damage(bytes);
    return scratch().write("damaged.vedette", bytes);
  }
};

std::multiset<std::string> fired(const std::vector<json>& alerts) {
  std::multiset<std::string> result;
  for (const auto& alert : alerts) {
    if (alert["server"].is_object() && alert["server"]["name"] == "victim") {
      result.insert(alert["rule"]["id"].get<std::string>() + " " + alert["actor"]["pid"].dump());
    }
  }
  return result;
}

std::vector<json> parse(const std::string& text) {
  std::vector<json> result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    result.push_back(json::parse(line));
  }
  return result;
}

TEST_F(Recording, ReplaysToTheSameAlertsToTheByte) {
  fs::path file = record();
  auto first = replay(file);
  auto second = replay(file);
  EXPECT_EQ(first.status, 0) << first.err;
  EXPECT_EQ(first.out, second.out);
  EXPECT_EQ(fired(parse(first.out)), fired(monitor().alerts()));
  EXPECT_EQ(fired(parse(first.out)).size(), 3U);
}

TEST_F(Recording, HoldsNoSecret) {
  std::string bytes = replay(record()).out;
  EXPECT_EQ(bytes.find("ghp_"), std::string::npos);
}

TEST_F(Recording, TruncatedIsAnErrorWithItsOffset) {
  fs::path file = record();
  auto result = replay(damaged(file, [](std::string& bytes) { bytes.resize(bytes.size() / 2); }));
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(std::ranges::any_of(result.err, ::isdigit)) << result.err;
  EXPECT_NE(result.err.find("offset"), std::string::npos) << result.err;
}

TEST_F(Recording, GarbledIsAnErrorNeverACrash) {
  fs::path file = record();
  size_t size = fs::file_size(file);
  for (size_t at = 0; at < size; at += size / 16 + 1) {
    auto result = replay(damaged(file, [&](std::string& bytes) { bytes[at] = static_cast<char>(~bytes[at]); }));
    EXPECT_EQ(result.status, 1) << "byte " << at;
    EXPECT_FALSE(result.err.empty());
  }
}

TEST_F(Recording, OfSomethingElseIsAnError) {
  EXPECT_EQ(replay(scratch().write("empty", "")).status, 1);
  EXPECT_EQ(replay(scratch().write("text", "this is no recording\n")).status, 1);
  EXPECT_EQ(replay(scratch() / "none").status, 1);
}

}  // namespace
}  // namespace vedette::scenario
