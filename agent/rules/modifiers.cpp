// SPDX-License-Identifier: Apache-2.0
#include "rules/modifiers.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace vedette::rules {
namespace {

using Kind = FieldKey::Kind;
using Anchor = Pattern::Anchor;

struct TypeModifier {
  std::string_view name;
  Kind kind;
  Anchor anchor = Anchor::kWhole;
  Comparison comparison = Comparison::kLess;
};

// At most one of these.
constexpr TypeModifier kTypes[] = {
    {"contains", Kind::kText, Anchor::kAnywhere},
    {"startswith", Kind::kText, Anchor::kStart},
    {"endswith", Kind::kText, Anchor::kEnd},
    {"re", Kind::kRegex},
    {"cidr", Kind::kNetwork},
    {"exists", Kind::kExists},
    {"lt", Kind::kNumber, Anchor::kWhole, Comparison::kLess},
    {"lte", Kind::kNumber, Anchor::kWhole, Comparison::kLessOrEqual},
    {"gt", Kind::kNumber, Anchor::kWhole, Comparison::kGreater},
    {"gte", Kind::kNumber, Anchor::kWhole, Comparison::kGreaterOrEqual},
};

constexpr std::string_view kUnsupported[] = {"windash", "base64", "base64offset", "utf16",    "utf16le",
                                             "utf16be", "wide",   "expand",       "fieldref", "minute",
                                             "hour",    "day",    "week",         "month",    "year"};

const TypeModifier* type_modifier(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& t) { return t.name == name; });
  return found == std::end(kTypes) ? nullptr : found;
}

std::vector<std::string> modifier_names() {
  std::vector<std::string> names = {"all", "cased", "neq", "i", "m", "s"};
  for (const TypeModifier& type : kTypes) {
    names.emplace_back(type.name);
  }
  return names;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (;;) {
    size_t bar = text.find('|');
    parts.emplace_back(text.substr(0, bar));
    if (bar == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(bar + 1);
  }
}

class KeyParser {
 public:
  KeyParser(const YamlNode& node, const Report& report) : node_(node), report_(report) {}

  std::optional<FieldKey> parse() {
    std::vector<std::string> parts = split(node_.key);
    key_.field = parts[0];
    for (size_t i = 1; i < parts.size() && good_; ++i) {
      apply(parts[i]);
    }
    if (good_) {
      check_together();
    }
    return good_ ? std::optional(key_) : std::nullopt;
  }

 private:
  void apply(const std::string& name) {
    if (const TypeModifier* type = type_modifier(name)) {
      apply_type(*type);
    } else if (name == "all") {
      key_.all = true;
    } else if (name == "cased") {
      key_.cased = true;
    } else if (name == "neq") {
      key_.negated = true;
    } else if (name == "i" || name == "m" || name == "s") {
      key_.regex_flags += name;
    } else if (std::find(std::begin(kUnsupported), std::end(kUnsupported), name) != std::end(kUnsupported)) {
      key_.unsupported = name;
    } else {
      std::vector<std::string> names = modifier_names();
      mistake("expected a modifier (" + join(names) + "), found '" + name + "'" + suggestion(name, names));
    }
  }

  void apply_type(const TypeModifier& type) {
    if (!type_.empty()) {
      mistake("the modifiers '" + type_ + "' and '" + std::string(type.name) + "' cannot be combined; keep one");
      return;
    }
    type_ = type.name;
    key_.kind = type.kind;
    key_.anchor = type.anchor;
    key_.comparison = type.comparison;
  }

  void check_together() {
    if (!key_.regex_flags.empty() && key_.kind != Kind::kRegex) {
      mistake("the modifiers i, m and s belong after 're'");
    } else if (key_.cased && key_.kind != Kind::kText) {
      mistake("the modifier 'cased' is for text, not with '" + type_ + "'");
    }
  }

  void mistake(std::string message) {
    report_.at_key(node_, std::move(message));
    good_ = false;
  }

  const YamlNode& node_;
  const Report& report_;
  FieldKey key_;
  std::string type_;
  bool good_ = true;
};

}  // namespace

std::optional<FieldKey> parse_field_key(const YamlNode& node, const Report& report) {
  return KeyParser(node, report).parse();
}

}  // namespace vedette::rules
