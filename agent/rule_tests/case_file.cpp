// SPDX-License-Identifier: Apache-2.0
#include "rule_tests/case_file.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "config/duration.h"
#include "rules/network.h"
#include "rules/yaml.h"

namespace vedette::rule_tests {
namespace {

using rules::Category;
using rules::describe;
using rules::Field;
using rules::FieldType;
using rules::join;
using rules::Report;
using rules::suggestion;
using rules::YamlNode;

// 2026-01-01 00:00:00 UTC; the clock of events starts somewhere too.
constexpr uint64_t kWallStart = 1'767'225'600'000'000'000;
constexpr uint64_t kStart = 1'000'000'000'000;
constexpr uint64_t kMostEvents = 100'000;  // of a case
const std::vector<std::string> kLevels = {"informational", "low", "medium", "high", "critical"};

std::optional<double> number(const std::string& text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool good = error == std::errc() && end == text.data() + text.size();
  return good ? std::optional(value) : std::nullopt;
}

// "x.test.yml" → "x.yml"
std::string rule_file_of(const std::string& test_file) {
  std::filesystem::path path(test_file);
  return path.replace_extension().replace_extension(".yml").string();
}

class CaseReader {
 public:
  CaseReader(const YamlNode& node, const Catalog& catalog, const Report& report)
      : node_(node), catalog_(catalog), report_(report) {}

  Case read() {
    Case result;
    result.file = report_.file();
    result.line = node_.line;
    result.column = node_.column;
    if (!node_.is_map()) {
      report_.at(node_, "expected a case (a map with 'name', 'events' and 'expect'), found " + describe(node_));
      return result;
    }
    check_keys(node_, {"name", "rules", "events", "recording", "expect"});
    result.name = text(required(node_, "name", "what it shows"), "a name");
    result.rules = rules_under_test();
    read_events(result);
    if (const YamlNode* found = required(node_, "expect", "[] or [{rule: the title or id of a rule}]")) {
      result.expect = expected(*found, result.rules);
    }
    return result;
  }

 private:
  void check_keys(const YamlNode& map, const std::vector<std::string>& known) {
    for (const YamlNode& child : map.children) {
      if (std::ranges::find(known, child.key) == known.end()) {
        report_.at_key(child,
                       "expected one of " + join(known) + ", found '" + child.key + "'" + suggestion(child.key, known));
      }
    }
  }

  const YamlNode* required(const YamlNode& map, const std::string& key, const std::string& example) {
    const YamlNode* found = map.find(key);
    if (found == nullptr) {
      report_.at(map, "expected '" + key + "', found none; for example '" + key + ": " + example + "'");
    }
    return found;
  }

  // "" after reporting, or when there is no node.
  std::string text(const YamlNode* node, const std::string& what) {
    if (node == nullptr) {
      return "";
    }
    if (!node->is_scalar() || node->text.empty()) {
      report_.at(*node, "expected " + what + ", found " + describe(*node));
      return "";
    }
    return node->text;
  }

  uint64_t count(const YamlNode* node, uint64_t most) {
    if (node == nullptr) {
      return 1;
    }
    uint64_t value = 0;
    const char* last = node->text.data() + node->text.size();
    auto [end, error] = std::from_chars(node->text.data(), last, value);
    if (!node->is_scalar() || error != std::errc() || end != last || value == 0 || value > most) {
      report_.at(*node, "expected a number from 1 to " + std::to_string(most) + ", found " + describe(*node));
      return 1;
    }
    return value;
  }

  std::optional<size_t> rule(const YamlNode* node) {
    std::string key = text(node, "the title or id of a rule");
    auto found = catalog_.find(key);
    if (catalog_.ambiguous(key)) {
      report_.at(*node, "several rules have the title '" + key + "'; name one by its id");
    } else if (!found && !key.empty()) {
      report_.at(*node, "expected the title or id of a rule, found " + describe(*node) + ", which no rule has" +
                            suggestion(key, catalog_.titles()));
    }
    return found;
  }

  std::vector<size_t> rules_under_test() {
    const YamlNode* found = node_.find("rules");
    if (found == nullptr) {
      return rules_beside();
    }
    if (found->is_scalar() && found->text == "any") {
      return catalog_.all();
    }
    if (!found->is_list() || found->children.empty()) {
      report_.at(*found, "expected a list of titles or ids of rules, or 'any', found " + describe(*found));
      return {};
    }
    std::vector<size_t> result;
    for (const YamlNode& child : found->children) {
      if (auto index = rule(&child)) {
        result.push_back(*index);
      }
    }
    return result;
  }

  std::vector<size_t> rules_beside() {
    std::string file = rule_file_of(report_.file());
    auto beside = catalog_.of_file(file);
    if (!beside) {
      report_.at(node_, "expected 'rules', found none, and no rule file " + file +
                            " in the rule directory that this test would be of");
    }
    return beside.value_or(std::vector<size_t>());
  }

  void read_events(Case& result) {
    const YamlNode* events = node_.find("events");
    const YamlNode* recording = node_.find("recording");
    if ((events != nullptr) == (recording != nullptr)) {
      report_.at(node_, std::string("expected either 'events' or 'recording', found ") +
                            (events != nullptr ? "both" : "neither"));
    }
    if (recording != nullptr) {
      std::filesystem::path directory = std::filesystem::path(report_.file()).parent_path();
      result.recording = (directory / text(recording, "the file of a recording")).string();
    }
    if (events != nullptr) {
      result.events = read_events(*events);
    }
  }

  std::vector<TestEvent> read_events(const YamlNode& list) {
    std::vector<TestEvent> result;
    if (!list.is_list() || list.children.empty()) {
      report_.at(list, "expected a list of events, found " + describe(list));
    }
    for (const YamlNode& child : list.children) {
      if (list.is_list()) {
        read_event(child, result);
      }
    }
    return result;
  }

  void read_event(const YamlNode& node, std::vector<TestEvent>& events) {
    if (!node.is_map()) {
      report_.at(node, "expected an event (a map with 'category' and 'fields'), found " + describe(node));
      return;
    }
    check_keys(node, {"category", "fields", "time", "count", "repeat"});
    TestEvent event{{}, node.line};
    auto category = read_category(node);
    event.record.category = category.value_or(Category::kProcessAccess);
    event.record.count = static_cast<uint32_t>(count(node.find("count"), UINT32_MAX));
    read_time(node.find("time"));
    event.record.time_ns = kStart + offset_ns_;
    event.record.wall_ns = kWallStart + offset_ns_;
    const YamlNode* fields = required(node, "fields", "{McpBehavior: environ_read}");
    if (fields != nullptr && category) {
      read_fields(*fields, event.record);
    }
    size_t times = count(node.find("repeat"), kMostEvents);
    if (events.size() + times > kMostEvents) {
      report_.at(node, "expected at most " + std::to_string(kMostEvents) + " events a case, found more");
      return;
    }
    events.insert(events.end(), times, event);
  }

  std::optional<Category> read_category(const YamlNode& event) {
    const YamlNode* found = required(event, "category", "process_access");
    if (found == nullptr) {
      return std::nullopt;
    }
    auto category = rules::category_by_name(found->text);
    if (!category) {
      report_.at(*found, "expected one of the categories " + join(rules::category_names()) + ", found " +
                             describe(*found) + suggestion(found->text, rules::category_names()));
    }
    return category;
  }

  // "+5s": that long after the beginning of the case.
  void read_time(const YamlNode* node) {
    if (node == nullptr) {
      return;
    }
    auto offset = config::parse_duration(node->text.starts_with('+') ? node->text.substr(1) : "");
    if (!offset) {
      report_.at(*node, "expected the time since the beginning of the case, such as +500ms, +5s or +2m, found " +
                            describe(*node));
      return;
    }
    uint64_t offset_ns = static_cast<uint64_t>(offset->count()) * 1'000'000;
    if (offset_ns < offset_ns_) {
      report_.at(*node, "expected a time not before that of the event above, found " + describe(*node));
    }
    offset_ns_ = std::max(offset_ns, offset_ns_);
  }

  void read_fields(const YamlNode& node, rules::Record& record) {
    if (node.is_map()) {
      for (const YamlNode& child : node.children) {
        read_field(child, record);
      }
    } else if (node.is_list() && !node.children.empty()) {
      for (const YamlNode& child : node.children) {
        read_fields(child, record);
      }
    } else {
      report_.at(node, "expected fields with values, or a list of such maps, found " + describe(node));
    }
  }

  void read_field(const YamlNode& node, rules::Record& record) {
    auto field = rules::field_by_name(node.key);
    if (!field) {
      report_.at_key(node, "there is no field '" + node.key + "'" + suggestion(node.key, names_of(record.category)));
    } else if (!rules::has_field(record.category, *field)) {
      report_.at_key(node, "events of " + std::string(name(record.category)) + " have no field '" + node.key + "'" +
                               suggestion(node.key, names_of(record.category)));
    } else if (node.is_null()) {
      record.remove(*field);
    } else if (is_value_of(*field, node, record.category)) {
      record.set(*field, node.text);
    }
  }

  static std::vector<std::string> names_of(Category category) {
    std::vector<std::string> names = rules::field_names();
    std::erase_if(names, [&](const std::string& name) { return !has_field(category, *rules::field_by_name(name)); });
    return names;
  }

  bool is_value_of(Field field, const YamlNode& node, Category category) {
    std::string wanted = node.is_scalar() ? wanted_value(field, node.text, category) : "a value";
    if (!wanted.empty()) {
      report_.at(node, "expected " + wanted + " as " + node.key + ", found " + describe(node) +
                           suggestion(node.text, rules::known_values(field, category)));
    }
    return wanted.empty();
  }

  // What the text should be and is not, "" when it is.
  static std::string wanted_value(Field field, const std::string& value, Category category) {
    auto known = rules::known_values(field, category);
    if (!known.empty() && std::ranges::find(known, value) == known.end()) {
      return "one of " + join(known);
    }
    switch (info(field).type) {
      case FieldType::kNumber:
        return number(value) ? "" : "a number";
      case FieldType::kBoolean:
        return value == "true" || value == "false" ? "" : "true or false";
      case FieldType::kAddress:
        return rules::Network::parse(value) && !value.contains('/') ? "" : "an IPv4 or IPv6 address";
      case FieldType::kText:
      case FieldType::kIdentifier:
        break;
    }
    return "";
  }

  std::vector<Expected> expected(const YamlNode& list, const std::vector<size_t>& under_test) {
    std::vector<Expected> result;
    if (!list.is_list()) {
      report_.at(list, "expected a list of alerts, [] for none, found " + describe(list));
      return result;
    }
    for (const YamlNode& child : list.children) {
      if (auto one = expected_alert(child, under_test)) {
        result.push_back(*one);
      }
    }
    return result;
  }

  std::optional<Expected> expected_alert(const YamlNode& node, const std::vector<size_t>& under_test) {
    if (!node.is_map()) {
      report_.at(node, "expected an alert such as {rule: its title or id, count: 1}, found " + describe(node));
      return std::nullopt;
    }
    check_keys(node, {"rule", "count", "level"});
    const YamlNode* named = required(node, "rule", "its title or id");
    auto index = named != nullptr ? rule(named) : std::nullopt;
    auto level = expected_level(node.find("level"));
    size_t times = count(node.find("count"), kMostEvents);
    if (!index) {
      return std::nullopt;
    }
    if (std::ranges::find(under_test, *index) == under_test.end()) {
      report_.at(*named, "expected a rule under test, found " + describe(*named) + "; name it in 'rules' of the case");
    }
    return Expected{*index, level.value_or(catalog_.infos()[*index].level), times};
  }

  std::optional<Level> expected_level(const YamlNode* node) {
    if (node == nullptr) {
      return std::nullopt;
    }
    auto found = std::ranges::find(kLevels, node->text);
    if (found == kLevels.end()) {
      report_.at(*node, "expected one of " + join(kLevels) + " as the level, found " + describe(*node) +
                            suggestion(node->text, kLevels));
      return std::nullopt;
    }
    return static_cast<Level>(found - kLevels.begin());
  }

  const YamlNode& node_;
  const Catalog& catalog_;
  const Report& report_;
  uint64_t offset_ns_ = 0;
};

void check_names(const std::vector<Case>& cases, const Report& report) {
  std::map<std::string, int> lines;
  for (const Case& one : cases) {
    auto [first, fresh] = lines.emplace(one.name, one.line);
    if (!fresh && !one.name.empty()) {
      report.at(one.line, one.column,
                "the name '" + one.name + "' is taken by the case in line " + std::to_string(first->second) +
                    "; give each its own");
    }
  }
}

}  // namespace

std::vector<Case> parse_cases(const rules::RuleSource& source, const Catalog& catalog, Diagnostics& errors) {
  std::vector<Case> cases;
  size_t before = errors.size();
  Report report(source.file, errors);
  for (const YamlNode& document : parse_yaml(source.text, report)) {
    if (!document.is_list()) {
      report.at(document, "expected a list of cases, found " + describe(document));
    }
    for (const YamlNode& child : document.children) {
      if (document.is_list()) {
        cases.push_back(CaseReader(child, catalog, report).read());
      }
    }
  }
  if (cases.empty() && errors.size() == before) {
    report.at(1, 1, "expected a list of cases, found none: the file would test nothing");
  }
  check_names(cases, report);
  std::stable_sort(errors.begin() + static_cast<std::ptrdiff_t>(before), errors.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::pair(a.line, a.column) < std::pair(b.line, b.column);
                   });
  return cases;
}

}  // namespace vedette::rule_tests
