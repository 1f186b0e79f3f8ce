// SPDX-License-Identifier: Apache-2.0
#include "rules/document.h"

#include <algorithm>

#include "rules/derived_id.h"
#include "rules/digest.h"
#include "rules/form.h"

namespace vedette::rules {
namespace {

const std::vector<std::string> kLevels = {"informational", "low", "medium", "high", "critical"};
const std::vector<std::string> kStatuses = {"stable", "test", "experimental", "deprecated", "unsupported"};

// Reads one document; remembers whether anything was wrong.
class Reader {
 public:
  Reader(const YamlNode& node, const Report& report, const Placeholders& placeholders, Expressions expressions)
      : node_(node), report_(report), placeholders_(placeholders), expressions_(expressions) {}

  std::optional<Document> read() {
    if (!node_.is_map()) {
      return mistake(node_, "expected a Sigma rule (a map with 'title', 'id', ...), found " + describe(node_));
    }
    if (const YamlNode* body = node_.find("correlation")) {
      return correlation_rule(*body);
    }
    if (const YamlNode* body = node_.find("filter")) {
      return filter_rule(*body);
    }
    if (const YamlNode* body = node_.find("detection")) {
      return detection_rule(*body);
    }
    head(true);
    return mistake(node_, "expected 'detection', 'correlation' or 'filter', found none of them" + slip("detection"));
  }

 private:
  std::nullopt_t mistake(const YamlNode& node, std::string message) {
    report_.at(node, std::move(message));
    good_ = false;
    return std::nullopt;
  }

  // A key that looks like the missing one.
  std::string slip(const std::string& wanted) const {
    for (const YamlNode& child : node_.children) {
      if (!suggestion(child.key, {wanted}).empty()) {
        return "; is '" + child.key + "' in line " + std::to_string(child.key_line) + " meant to be it?";
      }
    }
    return "";
  }

  const YamlNode* required(const YamlNode& map, const std::string& key, const std::string& example) {
    const YamlNode* found = map.find(key);
    if (found == nullptr) {
      std::string where = &map == &node_ ? "" : " below '" + map.key + "'";
      mistake(map, "expected '" + key + "'" + where + ", found none; for example '" + key + ": " + example + "'" +
                       (&map == &node_ ? slip(key) : ""));
    }
    return found;
  }

  Reference text(const YamlNode& node, const std::string& what) {
    if (!node.is_scalar() || node.text.empty()) {
      mistake(node, "expected " + what + " as text, found " + describe(node));
      return {"", node.line, node.column};
    }
    return {node.text, node.line, node.column};
  }

  Reference required_text(const std::string& key, const std::string& example) {
    const YamlNode* found = required(node_, key, example);
    return found != nullptr ? text(*found, "the " + key) : Reference();
  }

  std::string optional_text(const YamlNode& map, const std::string& key) {
    const YamlNode* found = map.find(key);
    return found != nullptr && !found->is_null() ? text(*found, "the " + key).text : "";
  }

  void choice(const std::string& key, const std::vector<std::string>& words) {
    const YamlNode* found = node_.find(key);
    if (found == nullptr) {
      return;
    }
    if (!found->is_scalar() || std::find(words.begin(), words.end(), found->text) == words.end()) {
      mistake(*found, "expected one of " + join(words) + " as the " + key + ", found " + describe(*found) +
                          suggestion(found->text, words));
    }
  }

  std::optional<Level> level() {
    choice("level", kLevels);
    auto found = std::find(kLevels.begin(), kLevels.end(), optional_text(node_, "level"));
    return found == kLevels.end() ? std::nullopt : std::optional(static_cast<Level>(found - kLevels.begin()));
  }

  std::vector<Reference> texts(const YamlNode& node, const std::string& what) {
    std::vector<Reference> result;
    if (!node.is_list()) {
      mistake(node, "expected a list of " + what + ", found " + describe(node));
    }
    for (const YamlNode& child : node.children) {
      if (node.is_list()) {
        result.push_back(text(child, "each of the " + what));
      }
    }
    return result;
  }

  Head head(bool identified) {
    Head head;
    head.file = report_.file();
    head.line = node_.line;
    head.column = node_.column;
    head.digest = digest(node_);
    head.title = required_text("title", "what it detects").text;
    const YamlNode* id = node_.find("id");
    if (id != nullptr) {
      head.id = text(*id, "the id");
    } else if (identified) {
      head.id = {derived_id(head.title, head.file), node_.line, node_.column};
    }
    if (const YamlNode* found = node_.find("name")) {
      head.name = text(*found, "the name");
    }
    choice("status", kStatuses);
    head.status = optional_text(node_, "status");
    head.level = level();
    head.tags = tags();
    head.notes = remarks_on(node_);
    return head;
  }

  std::vector<std::string> tags() {
    std::vector<std::string> result;
    const YamlNode* found = node_.find("tags");
    if (found != nullptr && !found->is_null()) {
      for (Reference& tag : texts(*found, "tags")) {
        result.push_back(std::move(tag.text));
      }
    }
    return result;
  }

  LogSource log_source() {
    LogSource source;
    const YamlNode* found = required(node_, "logsource", "{category: process_access, product: linux}");
    if (found == nullptr) {
      return source;
    }
    if (!found->is_map()) {
      mistake(*found, "expected a map with 'category' and 'product', found " + describe(*found));
      return source;
    }
    std::string category = optional_text(*found, "category");
    source.category = category_by_name(category);
    source.dead = why_no_events(category, optional_text(*found, "product"), optional_text(*found, "service"));
    return source;
  }

  std::string why_no_events(const std::string& category, const std::string& product, const std::string& service) {
    std::string taxonomy = optional_text(node_, "taxonomy");
    if (!taxonomy.empty() && taxonomy != "sigma") {
      return "the taxonomy '" + taxonomy + "' is not supported, only 'sigma' is";
    }
    if (!product.empty() && product != "linux") {
      return "there are no events of the product '" + product + "', only of linux";
    }
    if (!service.empty()) {
      return "there are no events of the service '" + service + "'; name a category instead";
    }
    if (!category.empty() && !category_by_name(category)) {
      return "there are no events of the category '" + category + "'" + suggestion(category, category_names());
    }
    return "";
  }

  std::optional<Detection> detection(const YamlNode& body, std::string_view reserved, bool needed) {
    if (!body.is_map()) {
      return mistake(body, "expected a map of selections and a condition, found " + describe(body));
    }
    ValueContext context{report_, placeholders_, needed || expressions_ == Expressions::kOfAll};
    auto parsed = Detection::parse(body, reserved, context);
    good_ = good_ && parsed;
    return parsed;
  }

  std::optional<Document> detection_rule(const YamlNode& body) {
    DetectionRule rule;
    rule.head = head(true);
    rule.source = log_source();
    bool unsupported = rule.head.status == "unsupported";
    if (!rule.source.category && rule.source.dead.empty()) {
      rule.source.dead = "its log source names no category; we have " + join(category_names());
    }
    if (rule.source.dead.empty() && unsupported) {
      rule.source.dead = "its status is 'unsupported'";
    }
    // Such a rule may be in an old format.
    auto parsed = unsupported ? Detection() : detection(body, "", rule.source.dead.empty());
    if (!good_ || !parsed) {
      return std::nullopt;
    }
    rule.detection = std::move(*parsed);
    return rule;
  }

  std::optional<Document> filter_rule(const YamlNode& body) {
    FilterRule rule;
    rule.head = head(false);
    rule.source = log_source();
    auto parsed = detection(body, "rules", rule.source.dead.empty());
    if (body.is_map()) {
      filtered_rules(rule, body);
    }
    if (parsed && rule.source.dead.empty()) {
      check_fields(*parsed, rule.source.category);
    }
    if (!good_ || !parsed) {
      return std::nullopt;
    }
    rule.detection = std::move(*parsed);
    return rule;
  }

  void filtered_rules(FilterRule& rule, const YamlNode& body) {
    const YamlNode* found = required(body, "rules", "[the id or name of a rule]");
    if (found == nullptr) {
      return;
    }
    if (found->is_scalar() && found->text == "any") {
      rule.any_rule = true;
      return;
    }
    rule.rules = texts(*found, "ids or names of rules");
    rule.any_rule = std::any_of(rule.rules.begin(), rule.rules.end(), [](const auto& r) { return r.text == "any"; });
    if (found->is_list() && rule.rules.empty()) {
      mistake(*found, "expected ids or names of rules, or 'any', found an empty list: the filter would do nothing");
    }
  }

  // An exception that can never apply is a mistake, not dead.
  void check_fields(const Detection& parsed, std::optional<Category> category) {
    for (const Selection& selection : parsed.selections()) {
      for (const auto& items : selection.alternatives) {
        for (const Item& item : items) {
          check_field(item, category);
        }
      }
    }
  }

  void check_field(const Item& item, std::optional<Category> category) {
    bool unknown = !item.keyword() && item.field.field == Field::kCount;
    std::string reason = unknown || category ? why_impossible(item, category.value_or(Category::kProcessAccess)) : "";
    if (!reason.empty()) {
      report_.at(item.line, item.column, reason);
      good_ = false;
    }
  }

  std::optional<Document> correlation_rule(const YamlNode& body) {
    CorrelationRule rule;
    rule.head = head(true);
    rule.dead = why_unused(rule.head);
    auto parsed = parse_correlation(node_, body, report_);
    if (!good_ || !parsed) {
      return std::nullopt;
    }
    rule.body = std::move(*parsed);
    return rule;
  }

  std::string why_unused(const Head& head) {
    return head.status == "unsupported" ? "its status is 'unsupported'" : why_no_events("", "", "");
  }

  const YamlNode& node_;
  const Report& report_;
  const Placeholders& placeholders_;
  Expressions expressions_;
  bool good_ = true;
};

}  // namespace

std::optional<Document> parse_document(const YamlNode& node, const Report& report, const Placeholders& placeholders,
                                       Expressions expressions) {
  return Reader(node, report, placeholders, expressions).read();
}

bool refuse_collection(const std::vector<YamlNode>& documents, const Report& report) {
  bool refused = false;
  for (const YamlNode& document : documents) {
    const YamlNode* action = document.find("action");
    if (action != nullptr && (action->text == "global" || action->text == "reset" || action->text == "repeat")) {
      report.at_key(*action, "'action: " + action->text +
                                 "' belongs to the rule collections of old Sigma; write each rule out in full, as a "
                                 "document of its own after '---'");
      refused = true;
    }
  }
  return refused;
}

}  // namespace vedette::rules
