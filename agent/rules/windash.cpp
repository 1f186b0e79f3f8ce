// SPDX-License-Identifier: Apache-2.0
#include "rules/windash.h"

#include <algorithm>

#include "rules/placeholders.h"

namespace vedette::rules {
namespace {

constexpr std::string_view kDashes[] = {"-", "/", "\u2013", "\u2014", "\u2015"};

std::string_view dash_at(std::string_view text) {
  const auto* found = std::ranges::find_if(kDashes, [&](std::string_view dash) { return text.starts_with(dash); });
  return found == std::end(kDashes) ? std::string_view() : *found;
}

bool word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

// The dash at the start of `rest`, "" when it is none or begins no argument.
std::string_view argument_dash(std::string_view rest, bool after_word) {
  std::string_view dash = dash_at(rest);
  std::string_view next = rest.substr(dash.size());
  bool begins = !after_word && !next.empty() && word(next[0]) && dash_at(next).empty();
  return begins ? dash : std::string_view();
}

std::vector<std::string> each_with_dash(const std::vector<std::string>& forms) {
  std::vector<std::string> longer;
  for (const std::string& form : forms) {
    for (std::string_view dash : kDashes) {
      longer.push_back(form + std::string(dash));
    }
  }
  return longer;
}

}  // namespace

std::optional<std::vector<std::string>> dash_forms(std::string_view text) {
  std::vector<std::string> forms = {""};
  bool after_word = false;
  while (!text.empty()) {
    std::string_view dash = argument_dash(text, after_word);
    size_t taken = 1;
    if (dash.empty()) {
      taken = std::max<size_t>(1, dash_at(text).size());
      after_word = taken == 1 && word(text[0]);
      std::ranges::for_each(forms, [&](std::string& form) { form += text.substr(0, taken); });
    } else if (forms.size() * std::size(kDashes) > kMaxForms) {
      return std::nullopt;
    } else {
      forms = each_with_dash(forms);
      taken = dash.size();
      after_word = false;
    }
    text.remove_prefix(taken);
  }
  return forms;
}

}  // namespace vedette::rules
