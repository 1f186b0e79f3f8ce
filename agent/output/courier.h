// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "output/alert_log.h"
#include "output/backoff.h"
#include "output/sink.h"

namespace vedette::output {

// Brings alerts from the log to one sink, in order, until told to stop; what a sink does not take is offered again
// after a while. run() is the body of its thread, the rest may be called from others.
class Courier {
 public:
  Courier(std::string name, size_t reader, std::unique_ptr<Sink> sink, AlertLog& log, const Observer& observer);

  void run();
  // Delivers what there is, but does not wait for a sink that fails; then run() returns.
  void stop();
  void reopen();

 private:
  bool deliver_some();
  void account(const Batch& batch, const Delivery& delivery);
  bool pause(std::chrono::milliseconds time);
  bool stopping();
  bool take_reopen();

  const std::string name_;
  const size_t reader_;
  const std::unique_ptr<Sink> sink_;
  AlertLog& log_;
  const Observer& observer_;
  Backoff backoff_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool reopen_ = false;
};

}  // namespace vedette::output
