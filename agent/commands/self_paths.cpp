// SPDX-License-Identifier: Apache-2.0
#include "commands/self_paths.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // path_resolution(7)
constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;

std::set<uid_t> trusted_users() {
  std::set<uid_t> users = {0, ::geteuid()};
  const char* text = std::getenv("SUDO_UID");
  uid_t caller = 0;
  if (text != nullptr && std::from_chars(text, text + std::strlen(text), caller).ec == std::errc()) {
    users.insert(caller);
  }
  return users;
}

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof(text), "%04o", mode & 07777U);
  return text;
}

class Inspection {
 public:
  void way(const fs::path& path, int links_left = kMostLinks);
  void entry(const fs::path& path, bool on_the_way);
  Diagnostics take() { return std::move(found_); }

 private:
  void complain(const fs::path& path, std::string message);

  std::set<uid_t> trusted_ = trusted_users();
  std::set<fs::path> told_;
  Diagnostics found_;
};

void Inspection::complain(const fs::path& path, std::string message) {
  if (told_.insert(path).second) {
    found_.push_back({.file = path.string(), .message = std::move(message)});
  }
}

void Inspection::entry(const fs::path& path, bool on_the_way) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) {
    return;
  }
  std::string named = path.string();
  if (!trusted_.contains(status.st_uid)) {
    complain(path, "user " + std::to_string(status.st_uid) +
                       " owns it and may change what the monitor goes by; give it to root: chown root '" + named + "'");
  }
  bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
  bool open = (status.st_mode & kOthersWrite) != 0 && !S_ISLNK(status.st_mode) && !(on_the_way && sticky);
  if (open) {
    complain(path, "others than its owner may change what the monitor goes by (mode " + octal(status.st_mode) +
                       "); take that right away: chmod go-w '" + named + "'");
  }
}

void Inspection::way(const fs::path& path, int links_left) {
  fs::path at = "/";
  entry(at, true);
  fs::path relative = path.relative_path();
  for (auto part = relative.begin(); part != relative.end() && links_left > 0; ++part) {
    if (part->empty() || *part == "." || *part == "..") {
      at = *part == ".." ? at.parent_path() : at;
      continue;
    }
    fs::path next = at / *part;
    bool last = std::next(part) == relative.end();
    entry(next, !last);
    std::error_code error;
    if (fs::is_symlink(fs::symlink_status(next, error))) {
      fs::path target = fs::read_symlink(next, error);
      target = target.is_absolute() ? target : at / target;
      for (++part; part != relative.end(); ++part) {
        target /= *part;
      }
      way(target, links_left - 1);
      return;
    }
    at = next;
  }
}

}  // namespace

Diagnostics untrusted(const std::string& path) {
  Inspection inspection;
  inspection.way(fs::absolute(path));
  return inspection.take();
}

Diagnostics untrusted_tree(const std::string& directory) {
  Inspection inspection;
  inspection.way(fs::absolute(directory));
  std::error_code error;
  for (fs::recursive_directory_iterator at(directory, error); !error && at != fs::recursive_directory_iterator();
       at.increment(error)) {
    inspection.entry(at->path(), false);
    std::error_code unknown;
    if (at->is_symlink(unknown)) {
      inspection.way(fs::absolute(at->path()));
    }
  }
  return inspection.take();
}

}  // namespace vedette::commands
