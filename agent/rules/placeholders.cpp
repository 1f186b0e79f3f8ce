// SPDX-License-Identifier: Apache-2.0
#include "rules/placeholders.h"

namespace vedette::rules {
namespace {

bool word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// The name of the placeholder `text` begins with, "" when none does.
std::string_view name_at(std::string_view text) {
  size_t end = 1;
  while (end < text.size() && word(text[end])) {
    ++end;
  }
  bool closed = text.starts_with('%') && end < text.size() && text[end] == '%';
  return closed ? text.substr(1, end - 1) : std::string_view();
}

void append_each(Expanded& to, const std::vector<std::string>& values) {
  std::vector<std::string> longer;
  for (const std::string& before : to.texts) {
    for (const std::string& value : values) {
      if (longer.size() == kMaxForms) {
        to.too_many = true;
        break;
      }
      longer.push_back(before + value);
    }
  }
  to.texts = std::move(longer);
}

void append_value(Expanded& to, std::string_view name, const Placeholders& placeholders) {
  auto found = placeholders.find(std::string(name));
  if (found != placeholders.end()) {
    append_each(to, found->second);
  } else if (to.undefined.empty()) {
    to.undefined = name;
  }
}

void append_plain(Expanded& to, char c) {
  for (std::string& text : to.texts) {
    text += c;
  }
}

}  // namespace

Expanded expand(std::string_view text, const Placeholders& placeholders) {
  Expanded result{{""}, "", false};
  while (!text.empty() && !result.too_many) {
    if (text.starts_with("\\%")) {
      append_plain(result, '%');
      text.remove_prefix(2);
    } else if (std::string_view name = name_at(text); !name.empty()) {
      append_value(result, name, placeholders);
      text.remove_prefix(name.size() + 2);
    } else {
      append_plain(result, text[0]);
      text.remove_prefix(1);
    }
  }
  return result;
}

}  // namespace vedette::rules
