// SPDX-License-Identifier: Apache-2.0
#include "rules/form.h"

#include <algorithm>
#include <string_view>

#include "rules/derived_id.h"
#include "rules/time_part.h"

namespace vedette::rules {
namespace {

constexpr size_t kLongestTitle = 256;
const std::vector<std::string> kKeys = {
    "title",  "id",   "related", "name",     "taxonomy",  "status",     "description", "license",
    "author", "date", "fields",  "modified", "logsource", "detection",  "references",  "falsepositives",
    "level",  "tags", "scope",   "filter",   "generate",  "correlation"};
const std::vector<std::string> kRelations = {"derived", "obsolete", "merged", "renamed", "similar"};

bool word(std::string_view text, std::string_view more) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos;
  });
}

bool is_tag(const std::string& text) {
  size_t dot = text.find('.');
  return dot != std::string::npos && word(text.substr(0, dot), "_-") && word(text.substr(dot + 1), "._-");
}

bool is_date(const std::string& text) { return text.size() == 10 && time_part(TimePart::kDay, text); }

class Form {
 public:
  explicit Form(const YamlNode& document) : document_(document) {}

  std::vector<std::string> read() {
    unknown_keys();
    texts();
    lists();
    if (const YamlNode* title = document_.find("title"); title != nullptr && title->text.size() > kLongestTitle) {
      remark(*title, "expected a title of at most 256 characters, found " + std::to_string(title->text.size()));
    }
    each_of("tags", "a tag such as attack.t1059.004", is_tag);
    related();
    return remarks_;
  }

 private:
  void remark(const YamlNode& at, const std::string& text) {
    remarks_.push_back("line " + std::to_string(at.line) + ": " + text);
  }

  void unknown_keys() {
    for (const YamlNode& child : document_.children) {
      if (std::ranges::find(kKeys, child.key) != kKeys.end()) {
        continue;
      }
      std::string meant = suggestion(child.key, kKeys);
      if (!meant.empty()) {
        remarks_.push_back("line " + std::to_string(child.key_line) + ": '" + child.key +
                           "' is no key of Sigma and does nothing" + meant);
      }
    }
  }

  void texts() {
    for (const char* key : {"description", "license", "author"}) {
      one(key, "text", [](const std::string&) { return true; });
    }
    one("date", "a date such as 2026-01-15", is_date);
    one("modified", "a date such as 2026-01-15", is_date);
    one("id", "a UUID", is_uuid);
  }

  void lists() {
    for (const char* key : {"references", "fields", "falsepositives", "scope"}) {
      each_of(key, "text", [](const std::string&) { return true; });
    }
  }

  template <typename Good>
  void check(const YamlNode& node, const std::string& what, const Good& good) {
    if (!node.is_scalar() || !good(node.text)) {
      remark(node, "expected " + what + ", found " + describe(node));
    }
  }

  template <typename Good>
  void one(const std::string& key, const std::string& what, const Good& good) {
    if (const YamlNode* found = document_.find(key)) {
      check(*found, what + " as '" + key + "'", good);
    }
  }

  template <typename Good>
  void each_of(const std::string& key, const std::string& what, const Good& good) {
    const YamlNode* found = document_.find(key);
    if (found == nullptr) {
      return;
    }
    if (!found->is_list()) {
      remark(*found, "expected a list as '" + key + "', found " + describe(*found));
      return;
    }
    std::string wanted = what + " in '" + key + "'";
    for (const YamlNode& child : found->children) {
      check(child, wanted, good);
    }
  }

  void related() {
    const YamlNode* found = document_.find("related");
    if (found == nullptr) {
      return;
    }
    if (!found->is_list()) {
      remark(*found, "expected a list as 'related', found " + describe(*found));
      return;
    }
    for (const YamlNode& child : found->children) {
      const YamlNode* id = child.find("id");
      const YamlNode* type = child.find("type");
      if (id == nullptr || !is_uuid(id->text) || type == nullptr ||
          std::ranges::find(kRelations, type->text) == kRelations.end()) {
        remark(child, "expected the 'id' of a rule and a 'type' of " + join(kRelations) + " in 'related'");
      }
    }
  }

  const YamlNode& document_;
  std::vector<std::string> remarks_;
};

}  // namespace

std::vector<std::string> remarks_on(const YamlNode& document) { return Form(document).read(); }

}  // namespace vedette::rules
