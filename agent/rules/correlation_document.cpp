// SPDX-License-Identifier: Apache-2.0
#include "rules/correlation_document.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

namespace vedette::rules {
namespace {

// In the order of CorrelationType.
const std::vector<std::string> kTypes = {"event_count", "value_count", "temporal",        "temporal_ordered",
                                         "value_sum",   "value_avg",   "value_percentile"};
const std::vector<std::string> kKeys = {"type", "rules", "group-by", "aliases", "timespan", "condition", "generate"};
constexpr double kMaxWhole = 9007199254740992;  // 2^53: beyond it not every whole number is a double

class Reader {
 public:
  Reader(const YamlNode& node, const YamlNode& body, const Report& report)
      : node_(node), body_(body), report_(report) {}

  std::optional<CorrelationBody> read() {
    if (!body_.is_map()) {
      mistake(body_, "correlation",
              "expected a map with 'type', 'rules', 'group-by' and 'timespan', found " + describe(body_));
      return std::nullopt;
    }
    misspelled();
    type();
    rules();
    group_by();
    timespan();
    aliases();
    condition();
    generate();
    return good_ ? std::optional(std::move(result_)) : std::nullopt;
  }

 private:
  void mistake(const YamlNode& at, const std::string& path, const std::string& message) {
    report_.at(at, path + ": " + message);
    good_ = false;
  }

  void misspelled() {
    for (const YamlNode& child : body_.children) {
      bool known = std::ranges::find(kKeys, child.key) != kKeys.end();
      std::string near = known ? "" : suggestion(child.key, kKeys);
      if (!near.empty()) {
        report_.at_key(child, "correlation: there is no key '" + child.key + "'" + near);
        good_ = false;
      }
    }
  }

  const YamlNode* required(const std::string& key, const std::string& example) {
    const YamlNode* found = body_.find(key);
    if (found == nullptr) {
      mistake(body_, "correlation", "expected '" + key + "', found none; for example '" + key + ": " + example + "'");
    }
    return found;
  }

  Reference text(const YamlNode& node, const std::string& path, const std::string& what) {
    if (!node.is_scalar() || node.text.empty()) {
      mistake(node, path, "expected " + what + " as text, found " + describe(node));
      return {"", node.line, node.column};
    }
    return {node.text, node.line, node.column};
  }

  // A list of texts, none of them twice.
  std::vector<Reference> texts(const YamlNode& node, const std::string& path, const std::string& what) {
    std::vector<Reference> found;
    if (!node.is_list()) {
      mistake(node, path, "expected a list of " + what + ", found " + describe(node));
      return found;
    }
    std::set<std::string> seen;
    for (const YamlNode& child : node.children) {
      found.push_back(text(child, path, "each of the " + what));
      if (!child.text.empty() && !seen.insert(child.text).second) {
        mistake(child, path, "'" + child.text + "' is there twice; keep one");
      }
    }
    return found;
  }

  void type() {
    const YamlNode* found = required("type", "temporal_ordered");
    if (found == nullptr) {
      return;
    }
    auto known = std::ranges::find(kTypes, found->text);
    typed_ = found->is_scalar() && known != kTypes.end();
    if (typed_) {
      result_.type = static_cast<CorrelationType>(known - kTypes.begin());
      return;
    }
    mistake(*found, "correlation.type",
            "expected one of " + join(kTypes) + ", found " + describe(*found) + suggestion(found->text, kTypes));
  }

  void rules() {
    const YamlNode* found = required("rules", "[first_rule, second_rule]");
    if (found == nullptr) {
      return;
    }
    result_.rules = texts(*found, "correlation.rules", "ids or names of rules");
    size_t least = typed_ && result_.temporal() ? 2 : 1;
    size_t count = result_.rules.size();
    if (found->is_list() && (count < least || count > kMaxCorrelatedRules)) {
      mistake(*found, "correlation.rules",
              "expected " + std::to_string(least) + " to " + std::to_string(kMaxCorrelatedRules) + " rules, found " +
                  std::to_string(count));
    }
  }

  void group_by() {
    const YamlNode* found = body_.find("group-by");
    if (found == nullptr) {
      mistake(body_, "correlation",
              "expected 'group-by', found none; for example 'group-by: [McpServerGuid]', or 'group-by: []' for one "
              "group of all");
      return;
    }
    result_.group_by = texts(*found, "correlation.group-by", "fields");
  }

  // Number and unit: s, m, h, d.
  void timespan() {
    const YamlNode* found = required("timespan", "5m");
    if (found == nullptr) {
      return;
    }
    constexpr uint64_t kSecond = 1'000'000'000;
    const std::string units = "smhd";
    const uint64_t seconds[] = {1, 60, 3600, 86400};
    uint64_t count = 0;
    const char* end = found->text.data() + found->text.size();
    auto [stop, error] = std::from_chars(found->text.data(), end, count);
    size_t unit = stop + 1 == end ? units.find(*stop) : std::string::npos;
    bool good = found->is_scalar() && error == std::errc() && unit != std::string::npos && count > 0;
    if (!good || count > std::numeric_limits<uint64_t>::max() / kSecond / seconds[unit]) {
      mistake(*found, "correlation.timespan",
              "expected a number and one of s, m, h, d such as 5m, found " + describe(*found));
      return;
    }
    result_.timespan_ns = count * seconds[unit] * kSecond;
  }

  void aliases() {
    const YamlNode* found = body_.find("aliases");
    if (found == nullptr || found->is_null()) {
      return;
    }
    if (!found->is_map()) {
      mistake(*found, "correlation.aliases", "expected a map of aliases, found " + describe(*found));
      return;
    }
    for (const YamlNode& child : found->children) {
      alias(child);
    }
  }

  void alias(const YamlNode& node) {
    std::string path = "correlation.aliases." + node.key;
    if (!node.is_map()) {
      mistake(node, path, "expected a map of rule: field, found " + describe(node));
      return;
    }
    Alias result{{node.key, node.key_line, node.key_column}, {}};
    for (const YamlNode& child : node.children) {
      result.targets.push_back(
          {{child.key, child.key_line, child.key_column}, text(child, path + "." + child.key, "the field")});
    }
    result_.aliases.push_back(std::move(result));
  }

  void condition() {
    const YamlNode* found = body_.find("condition");
    if (!typed_ || (found == nullptr && result_.temporal())) {
      return;
    }
    found = found != nullptr ? found : required("condition", example());
    if (found == nullptr) {
      return;
    }
    if (!found->is_map()) {
      mistake(*found, "correlation.condition", "expected a map such as " + example() + ", found " + describe(*found));
      return;
    }
    for (const YamlNode& child : found->children) {
      criterion(child);
    }
    check_criteria(*found);
    check_field(*found);
  }

  [[nodiscard]] bool has_field() const { return !result_.temporal() && result_.type != CorrelationType::kEventCount; }
  [[nodiscard]] std::string example() const { return has_field() ? "{field: DestinationIp, gte: 10}" : "{gte: 10}"; }

  void criterion(const YamlNode& node) {
    std::string path = "correlation.condition." + node.key;
    if (auto bound = bound_by_name(node.key)) {
      if (auto value = number(node, path)) {
        result_.threshold.criteria.push_back({*bound, *value});
      }
    } else if (node.key == "field" && has_field()) {
      fields(node, path);
    } else if (node.key == "percentile" && result_.type == CorrelationType::kValuePercentile) {
      percentile(node, path);
    } else {
      unknown(node);
    }
  }

  void unknown(const YamlNode& node) {
    std::vector<std::string> keys = bound_names();
    if (has_field()) {
      keys.emplace_back("field");
    }
    if (result_.type == CorrelationType::kValuePercentile) {
      keys.emplace_back("percentile");
    }
    report_.at_key(node, "correlation.condition: expected " + join(keys) + " for " +
                             kTypes[static_cast<size_t>(result_.type)] + ", found '" + node.key + "'" +
                             suggestion(node.key, keys));
    good_ = false;
    criteria_known_ = false;
  }

  std::optional<double> number(const YamlNode& node, const std::string& path) {
    double value = 0;
    const char* end = node.text.data() + node.text.size();
    auto [stop, error] = std::from_chars(node.text.data(), end, value);
    bool good = node.is_scalar() && error == std::errc() && stop == end && std::isfinite(value);
    bool whole = good && value >= 0 && value <= kMaxWhole && value == std::floor(value);
    if (!good || (result_.counts() && !whole)) {
      mistake(node, path,
              (result_.counts() ? "expected a whole number from 0 such as 10, found " : "expected a number, found ") +
                  describe(node));
      criteria_known_ = false;
      return std::nullopt;
    }
    return value;
  }

  void percentile(const YamlNode& node, const std::string& path) {
    auto value = number(node, path);
    if (value && (*value <= 0 || *value > 100)) {
      mistake(node, path, "expected a percentile above 0 and up to 100, found " + describe(node));
      return;
    }
    result_.percentile = value;
  }

  void fields(const YamlNode& node, const std::string& path) {
    if (node.is_list()) {
      result_.fields = texts(node, path, "fields");
    } else {
      result_.fields.push_back(text(node, path, "a field"));
    }
    size_t most = result_.type == CorrelationType::kValueCount ? kMaxCorrelatedRules : 1;
    if (result_.fields.empty() || result_.fields.size() > most) {
      mistake(node, path,
              most == 1 ? "expected one field, found " + std::to_string(result_.fields.size())
                        : "expected 1 to " + std::to_string(most) + " fields, found " +
                              std::to_string(result_.fields.size()));
    }
  }

  void check_field(const YamlNode& node) {
    if (has_field() && node.find("field") == nullptr) {
      mistake(node, "correlation.condition", "expected 'field', found none; for example " + example());
    }
  }

  void check_criteria(const YamlNode& node) {
    size_t count = result_.threshold.criteria.size();
    if (!criteria_known_) {
      return;
    }
    if (count == 0 || count > 2) {
      mistake(node, "correlation.condition",
              "expected one or two of " + join(bound_names()) + ", found " + std::to_string(count) + "; for example " +
                  example());
      return;
    }
    std::string wrong = result_.threshold.contradiction(result_.counts(), most());
    wrong += wrong == "nothing can satisfy it" ? why() : "";
    if (!wrong.empty()) {
      mistake(node, "correlation.condition", "expected a condition that can hold, found " + spell() + ": " + wrong);
    }
  }

  // The greatest number that comes.
  [[nodiscard]] double most() const {
    if (result_.temporal()) {
      return static_cast<double>(result_.rules.size());
    }
    return result_.type == CorrelationType::kValueCount ? static_cast<double>(kMaxDistinct) : kMaxWhole * 2;
  }

  [[nodiscard]] std::string why() const {
    if (result_.temporal()) {
      return "; it counts its " + std::to_string(result_.rules.size()) + " rules";
    }
    return result_.type == CorrelationType::kValueCount
               ? "; up to " + std::to_string(kMaxDistinct) + " values are told apart"
               : "";
  }

  [[nodiscard]] std::string spell() const {
    std::vector<std::string> parts;
    for (const Criterion& one : result_.threshold.criteria) {
      char value[32];
      auto [end, error] = std::to_chars(std::begin(value), std::end(value), one.value);
      parts.push_back(bound_names()[static_cast<size_t>(one.bound)] + ": " + std::string(std::begin(value), end));
    }
    return "{" + join(parts) + "}";
  }

  // The specification's text shows it in the correlation, its schema beside it.
  void generate() {
    const YamlNode* found = body_.find("generate");
    found = found != nullptr ? found : node_.find("generate");
    if (found == nullptr) {
      return;
    }
    if (found->text != "true" && found->text != "false") {
      mistake(*found, "generate", "expected true or false, found " + describe(*found));
    }
    result_.generate = found->text == "true";
  }

  const YamlNode& node_;
  const YamlNode& body_;
  const Report& report_;
  CorrelationBody result_;
  bool typed_ = false;
  bool criteria_known_ = true;
  bool good_ = true;
};

}  // namespace

std::optional<CorrelationBody> parse_correlation(const YamlNode& node, const YamlNode& body, const Report& report) {
  return Reader(node, body, report).read();
}

}  // namespace vedette::rules
