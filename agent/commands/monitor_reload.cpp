// SPDX-License-Identifier: Apache-2.0
// The monitor takes rules and configuration anew.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "commands/monitor.h"

namespace vedette::commands {
namespace {

// nullopt: they are those of the last attempt.
std::optional<Loaded> changed_rules(const Options& options, const config::Settings& settings,
                                    const std::vector<config::RuleDirectory>& before, const Loaded& attempted) {
  Loaded fresh = read_again(options, settings, before);
  distrust(fresh);
  if (fresh.sources == attempted.sources && texts(fresh.errors) == texts(attempted.errors)) {
    return std::nullopt;
  }
  compile(fresh);
  return fresh;
}

Loaded trusted(const Options& options) {
  Loaded fresh = load(options);
  distrust(fresh);
  return fresh;
}

}  // namespace

void Monitor::start_rule_watch() {
  auto watch = RuleWatch::start(watched_directories(options_, loaded_.settings));
  if (!watch) {
    spdlog::warn("{}; send SIGHUP after a change", watch.error().message);
    return;
  }
  rule_watch_ = std::make_unique<RuleWatch>(std::move(*watch));
  tell_unwatched();
  for (int fd : rule_watch_->descriptors()) {
    if (auto status = poll_for(fd); !status) {
      spdlog::warn("{}", status.error().message);
    }
  }
}

void Monitor::tell_unwatched() {
  const std::string& trouble = rule_watch_->trouble();
  if (!trouble.empty() && trouble != unwatched_told_) {
    spdlog::warn("{}", trouble);
  }
  unwatched_told_ = trouble;
}

bool Monitor::watches_rules(int fd) const {
  return rule_watch_ && std::ranges::count(rule_watch_->descriptors(), fd) > 0;
}

void Monitor::watch_rules(const config::Settings& settings) {
  auto directories = watched_directories(options_, settings);
  if (rule_watch_ && directories != watched_directories(options_, rule_settings_)) {
    rule_watch_->watch(directories);
  }
}

void Monitor::reload(Reload what) {
  if (loading_.valid()) {
    wanted_ = std::max(wanted_.value_or(what), what);
  } else if (what == Reload::kConfiguration) {
    load_aside([options = options_] { return std::optional(trusted(options)); });
  } else {
    load_aside([options = options_, settings = rule_settings_, before = loaded_.directories, attempted = attempted_] {
      return changed_rules(options, settings, before, attempted);
    });
  }
}

// Events go on being handled meanwhile.
void Monitor::load_aside(std::function<std::optional<Loaded>()> load) {
  try {
    loading_ = std::async(std::launch::async, std::move(load));
  } catch (const std::system_error& error) {
    spdlog::error("cannot reload the rules: {}; those of before stay", error.what());
  }
}

void Monitor::finish_reload() {
  if (!loading_.valid() || loading_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    return;
  }
  if (auto fresh = loading_.get()) {
    take(std::move(*fresh));
  }
  if (auto wanted = std::exchange(wanted_, std::nullopt)) {
    reload(*wanted);
  }
}

// All of it or nothing, between two events.
void Monitor::take(Loaded fresh) {
  Diagnostics wrong = mistakes(fresh);
  stale_ = !wrong.empty();
  tell_removed(fresh);
  if (fresh.configured) {
    watch_rules(fresh.settings);
    rule_settings_ = fresh.settings;
  }
  if (stale_) {
    metrics_.wrong_rule_files(wrong_files(fresh.rules));
    metrics_.reload(false, 0);
    for (const Diagnostic& error : wrong) {
      spdlog::error("{}", error.text());
    }
    spdlog::error("nothing is reloaded; the rules of before stay, digest {}", rules::digest_of(*loaded_.rules.rules));
  } else {
    loaded_.directories = fresh.directories;
    loaded_.rules = fresh.rules;
    pipeline_->use(loaded_.rules.rules);
    announce_rules();
  }
  attempted_ = std::move(fresh);
}

}  // namespace vedette::commands
