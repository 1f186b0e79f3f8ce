// SPDX-License-Identifier: Apache-2.0
#include "state/set_aside.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <vector>

namespace vedette::state {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMark = ".set-aside-";
constexpr size_t kKept = 3;
constexpr const char* kCompanions[] = {"", "-wal", "-shm"};

// Names in the order of time.
std::string now() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  std::tm utc{};
  std::array<char, 32> text{};
  size_t size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%S", ::gmtime_r(&time.tv_sec, &utc));
  return std::string(text.data(), size) + "." + std::to_string(1'000'000'000 + time.tv_nsec).substr(1) + "Z";
}

bool is_companion(const std::string& name) { return name.ends_with("-wal") || name.ends_with("-shm"); }

void remove_oldest(const fs::path& path) {
  std::string prefix = path.filename().string() + kMark;
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path.parent_path(), error)) {
    std::string name = entry.path().filename();
    if (name.starts_with(prefix) && !is_companion(name)) {
      found.push_back(entry.path());
    }
  }
  std::ranges::sort(found, std::ranges::greater());
  for (size_t i = kKept; i < found.size(); ++i) {
    for (const char* companion : kCompanions) {
      fs::remove(found[i].string() + companion, error);
    }
  }
}

}  // namespace

Result<std::string> set_aside(const std::string& path) {
  std::string name = path + kMark + now();
  for (const char* companion : kCompanions) {
    std::error_code error;
    if (fs::exists(path + companion, error)) {
      fs::rename(path + companion, name + companion, error);
    }
    if (error) {
      return fail("cannot set " + path + companion + " aside: " + error.message());
    }
  }
  remove_oldest(path);
  return name;
}

}  // namespace vedette::state
