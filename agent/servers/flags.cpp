// SPDX-License-Identifier: Apache-2.0
#include "servers/flags.h"

#include <algorithm>

namespace vedette::servers {
namespace {

bool takes_value(const std::string& flag, const Flags& flags) {
  return contains(flags.values, flag) || (flags.value_unless_switch && !contains(flags.switches, flag));
}

Flag with_next(std::string name, WordSpan words) {
  return words.size() > 1 ? Flag{std::move(name), words[1], 2} : Flag{std::move(name), "", 1};
}

Flag long_flag(WordSpan words, const Flags& flags) {
  const auto& word = words[0];
  size_t equals = word.find('=');
  if (equals != std::string::npos) {
    return {word.substr(0, equals), word.substr(equals + 1), 1};
  }
  return takes_value(word, flags) ? with_next(word, words) : Flag{word, "", 1};
}

// "-abc": switches, the last of which may take the rest of the word or the next word.
Flag short_flags(WordSpan words, const Flags& flags) {
  const auto& word = words[0];
  for (size_t i = 1; i < word.size(); ++i) {
    std::string name{'-', word[i]};
    if (takes_value(name, flags)) {
      return i + 1 < word.size() ? Flag{name, word.substr(i + 1), 1} : with_next(name, words);
    }
  }
  return {word, "", 1};
}

}  // namespace

bool contains(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

Flag flag_at(WordSpan words, const Flags& flags) {
  const auto& word = words[0];
  bool one_dash_long = word.size() > 2 && contains(flags.values, word);
  return word.starts_with("--") || one_dash_long ? long_flag(words, flags) : short_flags(words, flags);
}

WordSpan skip_flags(WordSpan words, const Flags& flags, const std::function<bool(const Flag&)>& see) {
  while (!words.empty() && words[0].size() > 1 && words[0][0] == '-') {
    if (words[0] == "--") {
      return words.subspan(1);
    }
    Flag flag = flag_at(words, flags);
    if (!see(flag)) {
      return {};
    }
    words = words.subspan(flag.width);
  }
  return words;
}

WordSpan skip_flags(WordSpan words, const Flags& flags) {
  return skip_flags(words, flags, [](const Flag&) { return true; });
}

}  // namespace vedette::servers
