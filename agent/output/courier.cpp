// SPDX-License-Identifier: Apache-2.0
#include "output/courier.h"

#include <algorithm>
#include <utility>

namespace vedette::output {

Courier::Courier(std::string name, size_t reader, std::unique_ptr<Sink> sink, AlertLog& log, const Observer& observer)
    : name_(std::move(name)), reader_(reader), sink_(std::move(sink)), log_(log), observer_(observer) {}

void Courier::run() {
  while (deliver_some()) {
  }
}

// False: stopping, and nothing more can be delivered now.
bool Courier::deliver_some() {
  auto batch = log_.next(reader_, sink_->batch());
  if (!batch) {
    observer_.failed(name_, batch.error().message);
    return pause(backoff_.next());
  }
  if (take_reopen()) {
    sink_->reopen();
  }
  if (batch->alerts.empty()) {
    log_.done(reader_, batch->through, 0);
    return !stopping() || !log_.at_end(reader_);
  }
  Delivery delivery = sink_->write(batch->alerts);
  account(*batch, delivery);
  if (delivery.done == batch->alerts.size()) {
    backoff_.reset();
    return true;
  }
  log_.let_go(reader_);
  return pause(std::max<std::chrono::milliseconds>(backoff_.next(), delivery.retry_after));
}

void Courier::account(const Batch& batch, const Delivery& delivery) {
  size_t done = std::min(delivery.done, batch.alerts.size());
  bool all = done == batch.alerts.size();
  if (done > 0) {
    log_.done(reader_, all ? batch.through : batch.seqs[done - 1], done);
  }
  if (!delivery.error.empty()) {
    observer_.failed(name_, delivery.error);
  }
  if (batch.unreadable > 0 && all) {
    observer_.lost(name_, "unreadable", batch.unreadable);
  }
  if (delivery.rejected > 0) {
    observer_.lost(name_, "rejected", delivery.rejected);
  }
  if (done > delivery.rejected) {
    observer_.delivered(name_, done - delivery.rejected);
  }
}

// False: stopping.
bool Courier::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return stopping_ || reopen_; }) || !stopping_;
}

bool Courier::stopping() {
  std::scoped_lock lock(mutex_);
  return stopping_;
}

bool Courier::take_reopen() {
  std::scoped_lock lock(mutex_);
  return std::exchange(reopen_, false);
}

void Courier::stop() {
  std::scoped_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void Courier::reopen() {
  std::scoped_lock lock(mutex_);
  reopen_ = true;
  changed_.notify_all();
}

}  // namespace vedette::output
