// SPDX-License-Identifier: Apache-2.0
#include "pipeline/folder.h"

#include <algorithm>

namespace vedette {

void Folder::add_to(Open& window, Alert alert) {
  std::optional<Alert>& rest = window.rest;
  if (!rest) {
    rest = std::move(alert);
    window.bytes = footprint(*rest);
    bytes_ += window.bytes;
    return;
  }
  rest->count += alert.count;
  rest->time = std::max(rest->time, alert.time);
  rest->first_seen = std::min(rest->first_seen, alert.first_seen);
  rest->last_seen = std::max(rest->last_seen, alert.last_seen);
}

std::vector<Alert> Folder::add(const std::string& key, Alert alert, uint64_t now_ns) {
  if (window_ns_ == 0) {
    return {std::move(alert)};
  }
  std::vector<Alert> now = advance(now_ns);
  if (auto it = by_key_.find(key); it != by_key_.end()) {
    add_to(*it->second, std::move(alert));
    while (bytes_ > kLimitBytes) {
      close_oldest(now);
    }
    return now;
  }
  if (windows_.size() >= kLimit) {
    close_oldest(now);
  }
  windows_.push_back({.key = key, .since_ns = now_ns});
  by_key_[key] = std::prev(windows_.end());
  now.push_back(std::move(alert));
  return now;
}

void Folder::close_oldest(std::vector<Alert>& closed) {
  Open& oldest = windows_.front();
  if (oldest.rest) {
    closed.push_back(std::move(*oldest.rest));
  }
  bytes_ -= oldest.bytes;
  by_key_.erase(oldest.key);
  windows_.pop_front();
}

std::vector<Alert> Folder::advance(uint64_t now_ns) {
  std::vector<Alert> closed;
  while (!windows_.empty() && windows_.front().since_ns + window_ns_ <= now_ns) {
    close_oldest(closed);
  }
  return closed;
}

std::vector<Alert> Folder::finish() {
  std::vector<Alert> closed;
  while (!windows_.empty()) {
    close_oldest(closed);
  }
  return closed;
}

}  // namespace vedette
