// SPDX-License-Identifier: Apache-2.0
#include "output/dispatcher.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace vedette::output {
namespace {

constexpr int kDrainMilliseconds = 5000;

}  // namespace

// Shared with the thread, which may outlive the dispatcher in a stuck sink.
struct Dispatcher::State {
  State(std::vector<NamedSink> all, size_t most, Observer watching)
      : sinks(std::move(all)), capacity(most), observer(std::move(watching)) {}

  void run();
  std::optional<Alert> next();
  void deliver(const Alert& alert);
  void report(const NamedSink& sink, const Delivery& delivery);

  std::vector<NamedSink> sinks;  // the thread's alone
  const size_t capacity;

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Alert> queue;
  bool delivering = false;
  bool stopping = false;
  bool done = false;
  size_t undelivered = 0;  // valid after stop
  std::thread thread;

  // The observer may use what dies soon after stop(): once abandoned it is called no more.
  std::mutex observing;
  bool abandoned = false;
  Observer observer;
};

void Dispatcher::State::run() {
  while (auto alert = next()) {
    deliver(*alert);
  }
  std::scoped_lock lock(mutex);
  done = true;
  changed.notify_all();
}

// The next alert to deliver; none when stopping and everything is delivered.
std::optional<Alert> Dispatcher::State::next() {
  std::unique_lock lock(mutex);
  delivering = false;
  changed.wait(lock, [this] { return stopping || !queue.empty(); });
  if (queue.empty()) {
    return std::nullopt;
  }
  delivering = true;
  std::optional<Alert> alert = std::move(queue.front());
  queue.pop_front();
  return alert;
}

void Dispatcher::State::deliver(const Alert& alert) {
  for (const auto& sink : sinks) {
    report(sink, sink.sink->write({&alert, 1}));
  }
}

void Dispatcher::State::report(const NamedSink& sink, const Delivery& delivery) {
  std::scoped_lock lock(observing);
  if (abandoned) {
    return;
  }
  if (delivery.error.empty() && observer.delivered) {
    observer.delivered(sink.name);
  } else if (!delivery.error.empty() && observer.failed) {
    observer.failed(sink.name, delivery.error);
  }
}

Dispatcher::Dispatcher(std::vector<NamedSink> sinks, size_t capacity, Observer observer)
    : state_(std::make_shared<State>(std::move(sinks), capacity, std::move(observer))) {
  state_->thread = std::thread([state = state_] { state->run(); });
}

Dispatcher::~Dispatcher() { stop(kDrainMilliseconds); }

bool Dispatcher::push(Alert alert) {
  std::scoped_lock lock(state_->mutex);
  if (state_->stopping || state_->queue.size() >= state_->capacity) {
    return false;
  }
  state_->queue.push_back(std::move(alert));
  state_->changed.notify_all();
  return true;
}

size_t Dispatcher::length() const {
  std::scoped_lock lock(state_->mutex);
  return state_->queue.size();
}

size_t Dispatcher::stop(int milliseconds) {
  std::unique_lock lock(state_->mutex);
  if (std::exchange(state_->stopping, true)) {
    return state_->undelivered;
  }
  state_->changed.notify_all();
  if (state_->changed.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return state_->done; })) {
    lock.unlock();
    state_->thread.join();
    return 0;
  }
  state_->undelivered = state_->queue.size() + (state_->delivering ? 1 : 0);
  state_->queue.clear();
  state_->thread.detach();
  lock.unlock();
  std::scoped_lock observing(state_->observing);
  state_->abandoned = true;
  return state_->undelivered;
}

}  // namespace vedette::output
