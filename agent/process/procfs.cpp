// SPDX-License-Identifier: Apache-2.0
#include "process/procfs.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <climits>
#include <cstring>
#include <string_view>

#include "base/fd.h"
#include "base/text.h"
#include "base/wipe.h"
#include "event/redact.h"

namespace vedette {
namespace {

constexpr size_t kReadLimit = 64 << 10;

// At most kReadLimit bytes; nullopt when it cannot be opened.
std::optional<std::string> slurp(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    return std::nullopt;
  }
  std::string text;
  std::array<char, 4096> buffer;
  ssize_t n = 0;
  while (text.size() < kReadLimit && (n = ::read(fd.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<size_t>(n));
  }
  ::explicit_bzero(buffer.data(), buffer.size());
  return text;
}

std::string link(const std::string& path) {
  std::array<char, PATH_MAX> buffer;
  ssize_t n = ::readlink(path.c_str(), buffer.data(), buffer.size());
  return n > 0 ? std::string(buffer.data(), static_cast<size_t>(n)) : std::string();
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// A program that sets its title overwrites argv with one string padded by NULs or spaces.
std::vector<std::string> arguments(std::string text) {
  while (!text.empty() && text.back() == '\0') {
    text.pop_back();
  }
  auto parts = split(text, '\0');
  wipe(text);
  return parts;
}

// Lines are "N:controllers:/path"; the name is that of the innermost directory that is not the root.
std::string cgroup_name(std::string_view text) {
  std::string fallback;
  for (const auto& line : split(text, '\n')) {
    std::string_view name = base_name(line);
    if (name.empty()) {
      continue;
    }
    if (line.starts_with("0::")) {
      return std::string(name);
    }
    fallback = name;
  }
  return fallback;
}

uint64_t number(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The value of a line "Key:\tvalue…" of /proc/PID/status.
std::string_view status_value(std::string_view status, std::string_view key) {
  size_t at = status.find(key);
  if (at == std::string_view::npos) {
    return {};
  }
  std::string_view rest = status.substr(at + key.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  return rest.substr(0, rest.find('\n'));
}

// proc(5) stat: the fields after the command, which may hold spaces and parentheses.
std::vector<std::string> stat_fields(std::string_view stat) {
  size_t close = stat.rfind(')');
  if (close == std::string_view::npos || close + 2 > stat.size()) {
    return {};
  }
  return split(stat.substr(close + 2), ' ');
}

constexpr size_t kStatParent = 1;      // field 4, counted from the one after the command
constexpr size_t kStatStartTime = 19;  // field 22, clock ticks since boot

uint64_t start_of(const std::vector<std::string>& fields) {
  return number(fields[kStatStartTime]) * (1'000'000'000ULL / static_cast<uint64_t>(::sysconf(_SC_CLK_TCK)));
}

// Effective uid: second number of the line.
uint32_t effective_uid(std::string_view status) {
  auto parts = split(status_value(status, "\nUid:"), '\t');
  return parts.size() > 1 ? static_cast<uint32_t>(number(parts[1])) : 0;
}

}  // namespace

std::string Procfs::file(uint32_t pid, const char* name) const {
  return root_ + "/" + std::to_string(pid) + "/" + name;
}

bool Procfs::describe(ExecEvent& event) {
  auto args = slurp(file(event.process.pid, "cmdline"));
  if (!args) {
    return false;
  }
  event.args = redact(arguments(std::move(*args)));
  event.executable = link(file(event.process.pid, "exe"));
  event.cwd = link(file(event.process.pid, "cwd"));
  event.cgroup = cgroup_name(slurp(file(event.process.pid, "cgroup")).value_or(""));
  event.from_procfs = true;
  return true;
}

std::optional<ExecEvent> Procfs::find(uint32_t pid) {
  auto stat = slurp(file(pid, "stat"));
  auto status = slurp(file(pid, "status"));
  auto fields = stat_fields(stat.value_or(""));
  if (!status || fields.size() <= kStatStartTime) {
    return std::nullopt;
  }
  ExecEvent event;
  event.process = {pid, start_of(fields)};
  event.parent.pid = static_cast<uint32_t>(number(fields[kStatParent]));
  event.uid = effective_uid(*status);
  if (!describe(event)) {
    return std::nullopt;
  }
  return event;
}

uint32_t Procfs::thread_group(uint32_t tid) {
  return static_cast<uint32_t>(number(status_value(slurp(file(tid, "status")).value_or(""), "\nTgid:")));
}

}  // namespace vedette
