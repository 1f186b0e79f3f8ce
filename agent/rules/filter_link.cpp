// SPDX-License-Identifier: Apache-2.0
#include "rules/filter_link.h"

#include <algorithm>
#include <memory>

#include "rules/digest.h"

namespace vedette::rules {
namespace {

std::string why_idle(const FilterRule& rule) {
  std::string undefined = rule.detection.undefined();
  return undefined.empty() || !rule.source.dead.empty() ? rule.source.dead : why_undefined(undefined);
}

}  // namespace

RuleInfo& FilterLinker::info(size_t detection) { return rules_.infos[rules_.detections[detection].info]; }

void FilterLinker::idle(const Head& filter, int line, std::string reason) {
  idle_.push_back({filter.title, filter.file, line, std::move(reason)});
}

void FilterLinker::add(FilterRule& rule) {
  ++count_;
  if (std::string reason = why_idle(rule); !reason.empty()) {
    idle(rule.head, rule.head.line, std::move(reason));
    return;
  }
  Exception exception;
  exception.says_what_stays = rule.detection.holds_by_default();
  exception.detection = std::make_shared<const Detection>(std::move(rule.detection));
  if (rule.any_rule) {
    except_all(rule, exception);
  } else {
    std::ranges::for_each(rule.rules, [&](const Reference& reference) { except(rule, reference, exception); });
  }
}

void FilterLinker::except_all(const FilterRule& rule, const Exception& exception) {
  bool some = false;
  for (size_t i = 0; i < rules_.detections.size(); ++i) {
    auto found = linked_.standings[i].category;
    if (found && (!rule.source.category || found == rule.source.category)) {
      apply(rule, i, exception);
      some = true;
    }
  }
  if (!some) {
    idle(rule.head, rule.head.line, "no live rule has its log source");
  }
}

void FilterLinker::except(const FilterRule& rule, const Reference& reference, const Exception& exception) {
  auto found = linked_.by_key.find(reference.text);
  auto detection = found == linked_.by_key.end() ? linked_.detections.end() : linked_.detections.find(found->second);
  if (detection != linked_.detections.end()) {
    except_one(rule, reference, detection->second, exception);
  } else if (found != linked_.by_key.end()) {
    idle(rule.head, reference.line,
         "'" + reference.text + "' is no detection rule; name the rules behind it, filters are for those");
  } else if (!linked_.broken.contains(reference.text)) {
    idle(rule.head, reference.line,
         "no rule has the id or name '" + reference.text + "'" + suggestion(reference.text, detection_keys()));
  }
}

void FilterLinker::except_one(const FilterRule& rule, const Reference& reference, size_t detection,
                              const Exception& exception) {
  auto wanted = rule.source.category;
  auto found = linked_.standings[detection].category;
  std::string title = "the rule '" + info(detection).title + "' is ";
  if (!found) {
    idle(rule.head, reference.line, title + "dead: " + info(detection).dead);
  } else if (wanted && *wanted != *found) {
    idle(rule.head, reference.line,
         title + "for " + std::string(name(*found)) + ", the filter for " + std::string(name(*wanted)));
  } else {
    apply(rule, detection, exception);
  }
}

void FilterLinker::apply(const FilterRule& rule, size_t detection, const Exception& exception) {
  rules_.detections[detection].exceptions.push_back(exception);
  info(detection).digest = digest({info(detection).digest, rule.head.digest});
}

std::vector<std::string> FilterLinker::detection_keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, document] : linked_.by_key) {
    if (linked_.detections.contains(document)) {
      keys.push_back(key);
    }
  }
  return keys;
}

}  // namespace vedette::rules
