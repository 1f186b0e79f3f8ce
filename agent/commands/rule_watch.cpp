// SPDX-License-Identifier: Apache-2.0
#include "commands/rule_watch.h"

#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace vedette::commands {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kWay = IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr uint32_t kFiles = kWay | IN_MODIFY | IN_CLOSE_WRITE;
constexpr uint32_t kContent = IN_MODIFY | IN_CLOSE_WRITE;
constexpr size_t kBufferSize = 16384;
constexpr int kMostLinks = 40;  // path_resolution(7)

bool is_hidden(const std::string& name) { return name.starts_with('.'); }

}  // namespace

Result<RuleWatch> RuleWatch::start(const std::vector<std::string>& directories, Patience patience) {
  Fd inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  Fd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!inotify || !timer) {
    return fail_errno("cannot watch the rule directories for changes");
  }
  RuleWatch watch(std::move(inotify), std::move(timer), patience);
  watch.watch(directories);
  return watch;
}

void RuleWatch::watch(const std::vector<std::string>& directories) {
  directories_.clear();
  std::ranges::transform(directories, std::back_inserter(directories_), [](const auto& d) { return fs::absolute(d); });
  rewatch();
  wait_for_rest();
}

bool RuleWatch::settled() {
  if (take_changes()) {
    wait_for_rest();
  }
  uint64_t times = 0;
  if (::read(timer_.get(), &times, sizeof(times)) != sizeof(times)) {
    return false;
  }
  changed_.reset();
  return true;
}

bool RuleWatch::take_changes() {
  alignas(inotify_event) std::array<char, kBufferSize> buffer{};
  bool changed = false;
  ssize_t size = 0;
  while ((size = ::read(inotify_.get(), buffer.data(), buffer.size())) > 0) {
    for (size_t at = 0; at < static_cast<size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      std::string name = event.len > 0 ? buffer.data() + at + sizeof(event) : "";
      changed = take(event.wd, event.mask, name) || changed;
      at += sizeof(event) + event.len;
    }
  }
  if (std::exchange(moved_, false)) {
    rewatch();
  }
  return changed;
}

// Whether a rule may have changed. An overflown queue may hide any change.
bool RuleWatch::take(int watch, uint32_t mask, const std::string& name) {
  if ((mask & IN_Q_OVERFLOW) != 0) {
    moved_ = true;
    return true;
  }
  auto found = watched_.find(watch);
  if (found == watched_.end()) {
    return false;
  }
  bool leads = found->second.names.contains(name);
  bool counts = leads || (found->second.whole && !is_hidden(name)) || name.empty();
  moved_ = moved_ || (counts && (mask & kContent) == 0);
  return counts;
}

void RuleWatch::wait_for_rest() {
  auto now = Clock::now();
  changed_ = changed_.value_or(now);
  auto rest = std::min<Clock::duration>(patience_.quiet, *changed_ + patience_.limit - now);
  auto ns = std::max<int64_t>(std::chrono::nanoseconds(rest).count(), 1);  // 0 would disarm it
  itimerspec timer{.it_interval = {}, .it_value = {.tv_sec = ns / 1'000'000'000, .tv_nsec = ns % 1'000'000'000}};
  ::timerfd_settime(timer_.get(), 0, &timer, nullptr);
}

// A watch comes before the look at what it watches, so whatever happens meanwhile is told.
void RuleWatch::rewatch() {
  auto before = std::exchange(watched_, {});
  trouble_.clear();
  for (const fs::path& directory : directories_) {
    add_way(directory, kMostLinks);
    add_tree(directory);
  }
  for (const auto& [watch, watched] : before) {
    if (!watched_.contains(watch)) {
      ::inotify_rm_watch(inotify_.get(), watch);
    }
  }
}

RuleWatch::Watched* RuleWatch::add(const fs::path& directory, uint32_t mask) {
  int watch = ::inotify_add_watch(inotify_.get(), directory.c_str(), mask | IN_ONLYDIR | IN_MASK_ADD);
  if (watch >= 0) {
    return &watched_[watch];
  }
  if (errno != ENOENT && errno != ENOTDIR) {
    trouble_ = "changes in " + directory.string() + " go unseen: " + std::strerror(errno) +
               (errno == ENOSPC ? "; raise fs.inotify.max_user_watches" : "") + "; send SIGHUP after a change";
  }
  return nullptr;
}

void RuleWatch::add_tree(const fs::path& directory) {
  Watched* top = add(directory, kFiles);
  if (top == nullptr) {
    return;
  }
  top->whole = true;
  std::error_code error;
  for (fs::recursive_directory_iterator at(directory, error); !error && at != fs::recursive_directory_iterator();
       at.increment(error)) {
    std::error_code unknown;
    if (at->is_symlink(unknown) && at->path().extension() == ".yml") {
      add_way(at->path(), kMostLinks);
    } else if (!at->is_directory(unknown) || at->is_symlink(unknown)) {
      continue;
    } else if (is_hidden(at->path().filename()) || at->path().filename() == "servers") {
      at.disable_recursion_pending();
    } else if (Watched* below = add(at->path(), kFiles)) {
      below->whole = true;
    }
  }
}

// Watches each name on the way, as path_resolution(7) goes it, as far as it is there.
void RuleWatch::add_way(const fs::path& path, int links_left) {
  fs::path at = "/";
  fs::path relative = path.relative_path();
  for (auto part = relative.begin(); part != relative.end() && links_left > 0; ++part) {
    if (part->empty() || *part == "." || *part == "..") {
      at = *part == ".." ? at.parent_path() : at;
      continue;
    }
    fs::path next = at / *part;
    std::error_code error;
    if (Watched* watched = add(at, fs::is_regular_file(next, error) ? kFiles : kWay)) {
      watched->names.insert(*part);
    }
    if (fs::is_symlink(fs::symlink_status(next, error))) {
      fs::path target = fs::read_symlink(next, error);
      target = target.is_absolute() ? target : at / target;
      for (++part; part != relative.end(); ++part) {
        target /= *part;
      }
      add_way(target, links_left - 1);
      return;
    }
    if (error || !fs::exists(next, error)) {
      return;
    }
    at = next;
  }
}

}  // namespace vedette::commands
