// SPDX-License-Identifier: Apache-2.0
#include "output/alert_log.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "output/format.h"
#include "output/json.h"

namespace vedette::output {
namespace {

constexpr size_t kAlertsPerTransaction = 500;

state::StoredAlert stored(int64_t seq, const Alert& alert) {
  return {.seq = seq,
          .time = alert.time,
          .level = alert.rule.level,
          .rule_id = alert.rule.id,
          .rule = alert.rule.title,
          .server = alert.server ? alert.server->name : "",
          .body = to_json(alert)};
}

}  // namespace

AlertLog::AlertLog(std::string file, LogLimits limits, Observer observer)
    : file_(std::move(file)), limits_(limits), observer_(std::move(observer)) {}

size_t AlertLog::add(Reader reader) {
  std::scoped_lock lock(mutex_);
  readers_.push_back({.reader = std::move(reader)});
  return readers_.size() - 1;
}

void AlertLog::append(std::vector<Alert> alerts) {
  std::scoped_lock lock(mutex_);
  for (Alert& alert : alerts) {
    for (Progress& progress : readers_) {
      progress.waiting += progress.reader.concerns(alert) ? 1 : 0;
    }
    size_t bytes = footprint(alert);
    bytes_ += bytes;
    entries_.push_back({++last_, std::make_shared<const Alert>(std::move(alert)), bytes});
  }
  shorten();
  changed_.notify_all();
}

void AlertLog::save() {
  std::scoped_lock lock(store_mutex_);
  if (store_ && ::access(file_.c_str(), F_OK) != 0) {
    failed("removed", {file_ + " is gone; another is made"});
    store_.reset();
  }
  if (store_ || open()) {
    save_alerts();
  }
  if (store_) {
    save_positions();
  }
}

bool AlertLog::open() {
  auto opened = state::Store::open(file_);
  auto last = opened ? opened->last_seq() : fail(opened.error());
  if (!last) {
    failed("open", last.error());
    return false;
  }
  store_ = std::make_unique<state::Store>(std::move(*opened));
  if (!store_->set_aside().empty()) {
    observer_.state_failed("set_aside", store_->set_aside());
  }
  begin(*last);
  return store_ != nullptr;
}

// The first time seqs go on from the file's last. Later the file is a new one: what memory has goes into it, what only
// the old one had is lost to whom it was still to go.
void AlertLog::begin(int64_t last) {
  std::scoped_lock lock(mutex_);
  if (std::exchange(begun_, true)) {
    begin_anew();
    return;
  }
  std::vector<std::string> names;
  for (Entry& entry : entries_) {
    entry.seq += last;
  }
  for (Progress& progress : readers_) {
    settle(progress);
    progress.position += last;
    if (progress.reader.resumes) {
      names.push_back(progress.reader.name);
      resume(progress, last);
    }
  }
  last_ += last;
  saved_ = last;
  changed_.notify_all();
  if (auto kept = store_->keep_positions(names); !kept) {
    failed("write", kept.error());
  }
}

void AlertLog::begin_anew() {
  int64_t before = entries_.empty() ? last_ : entries_.front().seq - 1;
  saved_ = before;
  for (Progress& progress : readers_) {
    progress.saved = -1;
    if (progress.position < before) {
      auto in_entries = [&](const Entry& entry) { return progress.reader.concerns(*entry.alert); };
      auto left = static_cast<uint64_t>(std::ranges::count_if(entries_, in_entries));
      uint64_t kept = left + progress.held_through(before);
      give_up(progress, "state_corrupt", progress.waiting - std::min(kept, progress.waiting));
      pass_over(progress, before, "state_corrupt");
    }
  }
}

// What the file has for the reader is older than what memory has, and comes first: then memory is offered again, for
// more often is better than out of order or not at all.
void AlertLog::resume(Progress& progress, int64_t last) {
  auto position = store_->position(progress.reader.name);
  int64_t left_off = position ? std::min(position->value_or(last), last) : last;
  auto old = store_->count(left_off, last, progress.reader.at_least);
  if (old && *old == 0) {
    return;
  }
  auto concerned = [&](const Entry& entry) { return progress.reader.concerns(*entry.alert); };
  progress.position = left_off;
  progress.waiting = old.value_or(0) + static_cast<uint64_t>(std::ranges::count_if(entries_, concerned));
}

void AlertLog::save_alerts() {
  for (;;) {
    std::vector<Entry> unsaved;
    {
      std::scoped_lock lock(mutex_);
      unsaved = some_unsaved();
    }
    if (unsaved.empty()) {
      return;
    }
    std::vector<state::StoredAlert> rows;
    std::ranges::transform(unsaved, std::back_inserter(rows), [](const Entry& e) { return stored(e.seq, *e.alert); });
    if (auto written = store_->append(rows); !written) {
      failed("write", written.error());
      return;
    }
    std::scoped_lock lock(mutex_);
    complained_ = false;
    saved_ = std::max(saved_, unsaved.back().seq);
    shorten();
  }
}

std::vector<AlertLog::Entry> AlertLog::some_unsaved() const {
  std::vector<Entry> some;
  size_t bytes = 0;
  auto entry = std::ranges::upper_bound(entries_, saved_, {}, &Entry::seq);
  for (; entry != entries_.end() && some.size() < kAlertsPerTransaction && bytes < limits_.batch_bytes; ++entry) {
    some.push_back(*entry);
    bytes += entry->bytes;
  }
  return some;
}

void AlertLog::save_positions() {
  std::vector<std::pair<size_t, int64_t>> moved;
  {
    std::scoped_lock lock(mutex_);
    for (size_t i = 0; i < readers_.size(); ++i) {
      int64_t position = std::min(readers_[i].position, saved_);
      if (readers_[i].reader.resumes && position != readers_[i].saved) {
        moved.emplace_back(i, position);
      }
    }
  }
  for (const auto& [reader, position] : moved) {
    if (auto written = store_->set_position(readers_[reader].reader.name, position); !written) {
      failed("write", written.error());
      return;
    }
    std::scoped_lock lock(mutex_);
    readers_[reader].saved = position;
  }
}

// Told once, until something could be written again.
void AlertLog::failed(const std::string& operation, const Error& why) {
  if (!std::exchange(complained_, true)) {
    observer_.state_failed(operation, why.message);
  }
  if (store_ && store_->corrupt()) {
    store_.reset();
    complained_ = false;
  }
}

void AlertLog::with_store(const std::function<Status(state::Store&)>& action) {
  std::scoped_lock lock(store_mutex_);
  if (store_) {
    if (auto done = action(*store_); !done) {
      failed("write", done.error());
    }
  }
}

bool AlertLog::trim(uint64_t now) {
  std::scoped_lock lock(store_mutex_);
  if (!store_) {
    return false;
  }
  auto outdated = store_->outdated(limits_.retention, now);
  Status done = outdated ? Status() : fail(outdated.error());
  if (outdated && *outdated > 0) {
    give_up_through(*outdated);
    done = store_->remove_through(*outdated);
  }
  if (done && limits_.retention.age_ns != 0 && now > limits_.retention.age_ns) {
    done = store_->forget_servers(now - limits_.retention.age_ns);
  }
  if (!done) {
    failed("trim", done.error());
  }
  return done && *outdated > 0;
}

void AlertLog::give_up_through(int64_t seq) {
  std::scoped_lock lock(mutex_);
  for (Progress& progress : readers_) {
    if (progress.position < seq && !in_memory(progress.position)) {
      int64_t through = in_memory(progress.front()) ? std::min(progress.front(), seq) : seq;
      auto missed = store_->count(progress.front(), through, progress.reader.at_least);
      give_up(progress, "retention", missed.value_or(0));
      pass_over(progress, through, "retention");
    }
  }
}

bool AlertLog::in_memory(int64_t after) const {
  return entries_.empty() ? after >= last_ : after >= entries_.front().seq - 1;
}

bool AlertLog::beyond(size_t alerts, size_t bytes) const { return entries_.size() > alerts || bytes_ > bytes; }

void AlertLog::shorten() {
  while (beyond(limits_.recent, limits_.recent_bytes) && entries_.front().seq <= saved_) {
    drop_front();
  }
  while (beyond(limits_.unsaved, limits_.unsaved_bytes)) {
    drop_oldest();
  }
}

void AlertLog::drop_front() {
  bytes_ -= entries_.front().bytes;
  entries_.pop_front();
}

// It is in no file: whoever had still to read it never will.
void AlertLog::drop_oldest() {
  const Entry oldest = entries_.front();
  for (Progress& progress : readers_) {
    int64_t front = progress.front();
    if (oldest.seq > front && progress.reader.concerns(*oldest.alert)) {
      give_up(progress, "memory_full", 1);
    }
    if (oldest.seq <= front + 1) {
      pass_over(progress, oldest.seq, "memory_full");
    }
  }
  drop_front();
}

}  // namespace vedette::output
