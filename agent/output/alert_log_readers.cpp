// SPDX-License-Identifier: Apache-2.0
// What the outputs' threads do with the log.
#include <algorithm>
#include <numeric>
#include <utility>

#include "output/alert_log.h"
#include "output/format.h"

namespace vedette::output {
namespace {

Batch batch_of(const std::vector<state::StoredAlert>& rows) {
  Batch batch;
  for (const state::StoredAlert& row : rows) {
    if (auto alert = alert_from_json(row.body)) {
      batch.alerts.push_back(std::move(*alert));
      batch.seqs.push_back(row.seq);
    } else {
      ++batch.unreadable;
    }
  }
  return batch;
}

size_t bytes_of(const std::vector<state::StoredAlert>& rows) {
  return std::accumulate(rows.begin(), rows.end(), size_t{0},
                         [](size_t sum, const state::StoredAlert& row) { return sum + row.body.size(); });
}

}  // namespace

uint64_t AlertLog::Progress::held_through(int64_t seq) const {
  return static_cast<uint64_t>(std::ranges::count_if(held, [seq](int64_t one) { return one <= seq; }));
}

Result<Batch> AlertLog::next(size_t reader, size_t limit) {
  Progress progress;
  {
    std::unique_lock lock(mutex_);
    settle(readers_[reader]);
    changed_.wait(lock, [&] { return awake_ || readers_[reader].position < last_; });
    progress = readers_[reader];
    if (in_memory(progress.position)) {
      Batch batch = from_memory(progress, limit);
      hold(reader, batch);
      return batch;
    }
  }
  return from_file(reader, progress, limit);
}

Batch AlertLog::from_memory(const Progress& progress, size_t limit) const {
  Batch batch{.through = progress.position};
  size_t bytes = 0;
  auto entry = std::ranges::upper_bound(entries_, progress.position, {}, &Entry::seq);
  for (; entry != entries_.end() && batch.alerts.size() < limit && bytes < limits_.batch_bytes; ++entry) {
    batch.through = entry->seq;
    if (progress.reader.concerns(*entry->alert)) {
      bytes += entry->bytes;
      batch.alerts.push_back(*entry->alert);
      batch.seqs.push_back(entry->seq);
    }
  }
  return batch;
}

Result<Batch> AlertLog::from_file(size_t reader, const Progress& progress, size_t limit) {
  std::scoped_lock lock(store_mutex_);
  if (!store_) {
    return fail("the state file cannot be read now");
  }
  auto rows = store_->alerts({.after = progress.position,
                              .at_least = progress.reader.at_least,
                              .limit = limit,
                              .limit_bytes = limits_.batch_bytes});
  if (!rows) {
    failed("read", rows.error());
    return fail(rows.error());
  }
  Batch batch = batch_of(*rows);
  std::scoped_lock memory(mutex_);
  int64_t before_memory = entries_.empty() ? last_ : entries_.front().seq - 1;
  batch.through = rows->empty() ? progress.position : rows->back().seq;
  bool all = rows->size() < limit && bytes_of(*rows) < limits_.batch_bytes;
  batch.through = all ? std::max(before_memory, batch.through) : batch.through;
  hold(reader, batch);
  return batch;
}

void AlertLog::done(size_t reader, int64_t through, size_t alerts) {
  std::scoped_lock lock(mutex_);
  Progress& progress = readers_[reader];
  progress.position = std::max(progress.position, through);
  progress.waiting -= std::min<uint64_t>(progress.waiting, alerts);
  std::erase_if(progress.held, [through](int64_t seq) { return seq <= through; });
}

void AlertLog::let_go(size_t reader) {
  std::scoped_lock lock(mutex_);
  settle(readers_[reader]);
}

void AlertLog::wake() {
  std::scoped_lock lock(mutex_);
  awake_ = true;
  changed_.notify_all();
}

bool AlertLog::at_end(size_t reader) const {
  std::scoped_lock lock(mutex_);
  return readers_[reader].position >= last_;
}

uint64_t AlertLog::waiting(size_t reader) const {
  std::scoped_lock lock(mutex_);
  return readers_[reader].waiting;
}

uint64_t AlertLog::not_kept(size_t reader) const {
  std::scoped_lock lock(mutex_);
  const Progress& progress = readers_[reader];
  if (!progress.reader.resumes) {
    return progress.waiting;
  }
  auto lost = [&](const Entry& entry) {
    return entry.seq > std::max(progress.position, saved_) && progress.reader.concerns(*entry.alert);
  };
  return static_cast<uint64_t>(std::ranges::count_if(entries_, lost));
}

// The reader will be given nothing up to there any more. What it holds of that it may still do.
void AlertLog::pass_over(Progress& progress, int64_t through, const std::string& reason) {
  if (progress.held.empty()) {
    progress.position = std::max(progress.position, through);
    return;
  }
  progress.gone = std::max(progress.gone, through);
  progress.why = reason;
}

void AlertLog::settle(Progress& progress) {
  give_up(progress, progress.why, progress.held_through(progress.gone));
  progress.position = std::max(progress.position, progress.gone);
  progress.held.clear();
  progress.given = progress.gone = 0;
}

void AlertLog::hold(size_t reader, const Batch& batch) {
  readers_[reader].held = batch.seqs;
  readers_[reader].given = batch.through;
}

void AlertLog::give_up(Progress& progress, const std::string& reason, uint64_t alerts) {
  progress.waiting -= std::min(progress.waiting, alerts);
  if (alerts > 0) {
    observer_.lost(progress.reader.name, reason, alerts);
  }
}

}  // namespace vedette::output
