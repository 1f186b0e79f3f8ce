// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "commands/gather.h"

namespace vedette::commands {
namespace {

void print_json(const Loaded& loaded, size_t live, bool strict) {
  Diagnostics errors = mistakes(loaded);
  nlohmann::ordered_json json = {{"rules", loaded.rules.infos.size()},
                                 {"live", live},
                                 {"dead", loaded.rules.infos.size() - live},
                                 {"errors", errors.size()},
                                 {"wrong_files", wrong_files(loaded.rules)},
                                 {"filters", loaded.rules.filters},
                                 {"digest", rules::digest_of(*loaded.rules.rules)},
                                 {"would_start", can_start(loaded, strict)},
                                 {"diagnostics", nlohmann::json::array()},
                                 {"dead_rules", nlohmann::json::array()},
                                 {"idle_filters", nlohmann::json::array()},
                                 {"notes", nlohmann::json::array()}};
  for (const auto& error : errors) {
    json["diagnostics"].push_back(error.text());
  }
  for (const auto& rule : loaded.rules.infos) {
    if (!rule.dead.empty()) {
      json["dead_rules"].push_back({{"id", rule.id}, {"title", rule.title}, {"reason", rule.dead}});
    }
    for (const auto& note : rule.notes) {
      json["notes"].push_back({{"id", rule.id}, {"title", rule.title}, {"note", note}});
    }
  }
  for (const auto& filter : loaded.rules.idle_filters) {
    json["idle_filters"].push_back(
        {{"title", filter.title}, {"file", filter.file}, {"line", filter.line}, {"reason", filter.reason}});
  }
  std::printf("%s\n", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void print_rule(const rules::RuleInfo& rule) {
  auto line = [&](const char* what, const std::string& text) {
    std::printf("%s: \"%s\" %s: %s\n", rule.file.c_str(), rule.title.c_str(), what, text.c_str());
  };
  if (!rule.dead.empty()) {
    line("can never fire", rule.dead);
  }
  std::ranges::for_each(rule.notes, [&](const std::string& note) { line("note", note); });
}

void print_text(const Loaded& loaded, size_t live, bool strict) {
  std::ranges::for_each(loaded.rules.infos, print_rule);
  for (const auto& filter : loaded.rules.idle_filters) {
    std::printf("%s:%d: the filter \"%s\" does nothing here: %s\n", filter.file.c_str(), filter.line,
                filter.title.c_str(), filter.reason.c_str());
  }
  size_t errors = mistakes(loaded).size();
  std::printf("%zu rules, %zu live, %zu dead, %d filters, %zu errors\n", loaded.rules.infos.size(), live,
              loaded.rules.infos.size() - live, loaded.rules.filters, errors);
  if (errors > 0) {
    std::printf("vedette run%s would %s\n", strict ? " --strict" : "",
                can_start(loaded, strict) ? "start without what is wrong" : "not start");
  }
}

}  // namespace

int check(const Options& options) {
  Loaded loaded = load(options);
  distrust(loaded);
  auto live = static_cast<size_t>(
      std::ranges::count_if(loaded.rules.infos, [](const rules::RuleInfo& rule) { return rule.dead.empty(); }));
  Diagnostics errors = mistakes(loaded);
  print(errors);
  if (options.json) {
    print_json(loaded, live, options.strict);
  } else {
    print_text(loaded, live, options.strict);
  }
  return errors.empty() ? kGood : kError;
}

}  // namespace vedette::commands
