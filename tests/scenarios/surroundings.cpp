// SPDX-License-Identifier: Apache-2.0
// What is mounted where, and cgroups of containers.
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "scenario.h"

namespace vedette::scenario {
namespace {

using Surroundings = Scenario;

// proc_pid_mountinfo(5)
std::string cgroup2_mountpoint() {
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string skipped;
    std::string mountpoint;
    fields >> skipped >> skipped >> skipped >> skipped >> mountpoint;
    if (line.find(" - cgroup2 ") != std::string::npos) {
      return mountpoint;
    }
  }
  return {};
}

TEST_F(Surroundings, MissingMountsAreMadeForTheMonitorAlone) {
  std::string without =
      "mount --make-rprivate /\n"
      "awk '/ - (cgroup2|tracefs) /{print $5}' /proc/self/mountinfo | while read -r m; do umount -l \"$m\"; done\n"
      "! grep -E ' - (cgroup2|tracefs) ' /proc/self/mountinfo";
  start_monitor({.config = config(), .prepare = without});
  EXPECT_EQ(monitor().transcript().find("shows nothing"), std::string::npos) << monitor().transcript();
  EXPECT_EQ(monitor().transcript().find("(openat)"), std::string::npos) << monitor().transcript();
  EXPECT_EQ(monitor().transcript().find("egress (connect"), std::string::npos) << monitor().transcript();
  start_victim();
  json truth = act({"read_environ", "openat", victim().pid_text()});
  expect_access(only_alert(), truth, "environ_read", victim());
}

class Cgroup {
 public:
  explicit Cgroup(const std::string& name) : path_(cgroup2_mountpoint() + "/" + name) { fs::create_directory(path_); }
  ~Cgroup() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  [[nodiscard]] std::string processes() const { return path_ / "cgroup.procs"; }

 private:
  fs::path path_;
};

TEST_F(Surroundings, ContainerOfTheActorIsNamed) {
  ASSERT_FALSE(cgroup2_mountpoint().empty());
  std::string id;
  while (id.size() < 64) {
    id += "0123456789abcdef";
  }
  id.replace(0, 8, std::to_string(10'000'000 + ::getpid()));
  Cgroup cgroup("docker-" + id + ".scope");
  start_monitor();
  start_victim();
  std::string actor = actor_program().string() + " read_environ openat " + victim().pid_text();
  Process process(Spawn{{"sh", "-c", "echo $$ > " + cgroup.processes() + " && exec " + actor}});
  EXPECT_EQ(process.wait(10s), 0);
  json alert = only_alert();
  ASSERT_TRUE(alert.is_object());
  EXPECT_EQ(alert["actor"]["container_id"], id);
  EXPECT_TRUE(alert["target"]["container_id"].is_null());
}

class UserNamespace : public Scenario {
 protected:
  // Root inside, `uid` outside.
  json act_inside(const std::string& uid) {
    Arguments command{"setpriv", "--reuid", uid, "--clear-groups", "unshare", "--user", "--map-root-user"};
    command.insert(command.end(), {actor_program(), "read_environ", "openat", victim().pid_text()});
    auto inside = run({command, "/", {}, false});
    return inside.out.empty() ? throw std::runtime_error(inside.err) : json::parse(inside.out);
  }
};

// The number inside is of no interest: outside he is who he was.
TEST_F(UserNamespace, RootOfOneIsNotRoot) {
  join_monitor();
  start_victim();
  json truth = act_inside("65534");
  ASSERT_FALSE(truth["ok"]) << truth;
  json alert = only_alert();
  expect_access(alert, truth, "environ_read", victim());
  EXPECT_EQ(alert["actor"]["user"]["id"], 65534);
  seen("read_environ openat, refused by mode, from a user namespace");
}

// The file's mode lets root of the outside pass; without its capabilities there, the ptrace check does not.
TEST_F(UserNamespace, RootWithoutItsCapabilitiesIsRefusedLater) {
  join_monitor();
  start_victim();
  json truth = act_inside("0");
  ASSERT_FALSE(truth["ok"]) << truth;
  json alert = only_alert();
  expect_access(alert, truth, "environ_read", victim());
  EXPECT_EQ(alert["actor"]["user"]["id"], 0);
  seen("read_environ openat, refused by the ptrace check");
}

}  // namespace
}  // namespace vedette::scenario
