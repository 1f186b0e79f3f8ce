// SPDX-License-Identifier: Apache-2.0
#include "sensor/mounts.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace vedette::sensor {
namespace {

constexpr const char* kTracefs = "/sys/kernel/tracing";
constexpr const char* kTracefsMark = "/sys/kernel/tracing/events";

// proc_pid_mountinfo(5): "id parent major:minor root mountpoint options … - type source …"
std::string cgroup2_mountpoint() {
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    size_t dash = line.find(" - ");
    if (dash == std::string::npos || !line.substr(dash + 3).starts_with("cgroup2 ")) {
      continue;
    }
    std::istringstream fields(line);
    std::string id;
    std::string parent;
    std::string device;
    std::string root;
    std::string mountpoint;
    fields >> id >> parent >> device >> root >> mountpoint;
    if (root == "/") {
      return mountpoint;
    }
  }
  return {};
}

Result<Fd> detached_cgroup2() {
  Fd context(static_cast<int>(::syscall(SYS_fsopen, "cgroup2", FSOPEN_CLOEXEC)));
  if (!context) {
    return fail_errno("cannot open the cgroup2 file system");
  }
  if (::syscall(SYS_fsconfig, context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) != 0) {
    return fail_errno("cannot create a cgroup2 mount");
  }
  Fd mount(static_cast<int>(::syscall(SYS_fsmount, context.get(), FSMOUNT_CLOEXEC, 0)));
  if (!mount) {
    return fail_errno("cannot mount cgroup2");
  }
  return mount;
}

}  // namespace

Status ensure_tracefs() {
  if (::access(kTracefsMark, F_OK) == 0) {
    return {};
  }
  if (::unshare(CLONE_NEWNS) != 0) {
    return fail_errno("cannot make a mount namespace for tracefs");
  }
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
    return fail_errno("cannot keep the mount of tracefs private");
  }
  if (::mount("tracefs", kTracefs, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    return fail_errno("cannot mount tracefs at " + std::string(kTracefs));
  }
  return {};
}

Result<Fd> cgroup_root() {
  std::string mountpoint = cgroup2_mountpoint();
  if (mountpoint.empty()) {
    return detached_cgroup2();
  }
  Fd fd(::open(mountpoint.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) {
    return fail_errno("cannot open " + mountpoint);
  }
  return fd;
}

}  // namespace vedette::sensor
