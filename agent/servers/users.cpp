// SPDX-License-Identifier: Apache-2.0
#include "servers/users.h"

#include <pwd.h>
#include <sys/stat.h>

#include <set>

namespace vedette::servers {
namespace {

constexpr uint32_t kFirstPerson = 1000;  // login.defs UID_MIN

bool is_directory(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Accounts of services point at directories of the system.
bool is_system_directory(const std::string& path) {
  for (const auto* system : {"/bin", "/sbin", "/dev", "/proc", "/sys", "/run", "/usr", "/etc", "/var/run"}) {
    if (path == system || path.starts_with(std::string(system) + "/")) {
      return true;
    }
  }
  return path.size() < 2 || path[0] != '/';
}

bool has_home(const passwd& entry) {
  std::string home = entry.pw_dir != nullptr ? entry.pw_dir : "";
  bool person = entry.pw_uid == 0 || entry.pw_uid >= kFirstPerson;
  return home.starts_with('/') && home.size() > 1 && (person || !is_system_directory(home)) && is_directory(home);
}

}  // namespace

std::vector<User> users() {
  std::vector<User> result;
  std::set<std::string> homes;
  ::setpwent();
  while (const passwd* entry = ::getpwent()) {
    if (has_home(*entry) && homes.insert(entry->pw_dir).second) {
      result.push_back({entry->pw_uid, entry->pw_name, entry->pw_dir});
    }
  }
  ::endpwent();
  return result;
}

}  // namespace vedette::servers
