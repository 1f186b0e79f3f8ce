// SPDX-License-Identifier: Apache-2.0
#include "servers/entry_match.h"

#include <algorithm>

#include "base/text.h"

namespace vedette::servers {
namespace {

using std::string_view;

constexpr size_t kShebangWords = 4;  // env -S deno run SCRIPT

bool is_name(char c) { return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Length of "${…}" or "$NAME" at the start, 0 when there is none.
size_t reference_length(string_view text) {
  if (text.starts_with("${")) {
    size_t end = text.find('}');
    return end == string_view::npos ? 0 : end + 1;
  }
  size_t length = 1;
  while (text.starts_with('$') && length < text.size() && is_name(text[length])) {
    ++length;
  }
  return text.starts_with('$') && length > 1 ? length : 0;
}

std::string literal(char c) {
  bool special = c == '*' || c == '?' || c == '\\';
  return special ? std::string{'\\', c} : std::string{c};
}

// "--dir=${HOME}/x" → "--dir=*/x"; "" when nothing is left open.
std::string open_pattern(string_view word) {
  bool open = word.starts_with("~/");
  std::string pattern(open ? "*" : "");
  word.remove_prefix(open ? 1 : 0);
  while (!word.empty()) {
    size_t length = reference_length(word);
    pattern += length > 0 ? "*" : literal(word[0]);
    open = open || length > 0;
    word.remove_prefix(std::max<size_t>(length, 1));
  }
  return open ? pattern : "";
}

std::string closed_pattern(string_view word) {
  std::string pattern;
  for (char c : word) {
    pattern += literal(c);
  }
  return pattern;
}

std::string joined(const Words& words) {
  std::string text;
  for (const auto& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

// "npm exec X" → "npx X".
Words shortest(WordSpan words, const Signatures& signatures) {
  auto [runner, rest] = runner_of(words, signatures);
  if (runner == nullptr || runner->same_as.empty()) {
    return {words.begin(), words.end()};
  }
  Words result = {runner->same_as};
  result.insert(result.end(), rest.begin(), rest.end());
  return result;
}

// npm's title holds its command and what follows the flags.
std::string title_pattern(const Words& words, const Signatures& signatures) {
  auto [runner, rest] = runner_of(words, signatures);
  if (runner == nullptr || runner->kind != Runner::Kind::kNpm) {
    return "";
  }
  std::string pattern(base_name(words[0]));
  for (const auto& word : skip_flags(rest, runner->flags)) {
    auto open = open_pattern(word);
    pattern += " " + (open.empty() ? closed_pattern(word) : open);
  }
  return pattern;
}

bool is_generic(const EntryCommand& entry, const Signatures& signatures) {
  if (entry.words.size() > 1) {
    return false;
  }
  auto program = base_name(entry.words[0]);
  auto starts_with_program = [&](const Runner& runner) {
    return std::any_of(runner.commands.begin(), runner.commands.end(),
                       [&](const auto& command) { return command[0] == program; });
  };
  return !entry.patterns[0].empty() || interpreter_of(program, signatures) != nullptr ||
         std::any_of(signatures.runners.begin(), signatures.runners.end(), starts_with_program);
}

bool same_word(const EntryCommand& entry, size_t i, const std::string& word) {
  return entry.patterns[i].empty() ? entry.words[i] == word : wildcard_match(entry.patterns[i], word);
}

// A command without directories was looked up in the PATH.
bool same_program(const EntryCommand& entry, const std::string& word, const std::string& executable) {
  bool looked_up = entry.words[0].find('/') == std::string::npos;
  if (looked_up && entry.words[0] == base_name(word)) {
    return true;
  }
  return same_word(entry, 0, word) || same_word(entry, 0, executable);
}

bool same_words(const EntryCommand& entry, const Words& words, const std::string& executable) {
  if (entry.words.size() != words.size() || !same_program(entry, words[0], executable)) {
    return false;
  }
  for (size_t i = 1; i < words.size(); ++i) {
    if (!same_word(entry, i, words[i])) {
      return false;
    }
  }
  return true;
}

}  // namespace

EntryCommand entry_command(const ConfigEntry& entry, const Signatures& signatures) {
  EntryCommand result;
  if (entry.command.empty()) {
    return result;
  }
  Words words = {entry.command};
  words.insert(words.end(), entry.args.begin(), entry.args.end());
  result.words = shortest(words, signatures);
  for (const auto& word : result.words) {
    result.patterns.push_back(open_pattern(word));
  }
  result.title = title_pattern(result.words, signatures);
  result.generic = is_generic(result, signatures);
  return result;
}

ProcessCommand process_command(const Process& process, const Signatures& signatures) {
  ProcessCommand result{{}, process.executable, ""};
  Words words = words_of(process, signatures);
  if (words.empty()) {
    return result;
  }
  result.readings.push_back(shortest(words, signatures));
  if (is_title(process, signatures)) {
    result.title = joined(result.readings[0]);
  }
  auto program = base_name(words[0]);
  bool runs_script = program == "env" || program == "uv" || interpreter_of(program, signatures) != nullptr;
  for (size_t i = 1; runs_script && i < std::min(words.size(), kShebangWords + 1); ++i) {
    result.readings.push_back(shortest(WordSpan(words).subspan(i), signatures));
  }
  return result;
}

bool runs_entry(const ProcessCommand& process, const EntryCommand& entry) {
  if (entry.words.empty()) {
    return false;
  }
  bool renamed = !process.title.empty() && !entry.title.empty();
  if (renamed && wildcard_match(entry.title, process.title)) {
    return true;
  }
  for (size_t i = 0; i < process.readings.size(); ++i) {
    if (same_words(entry, process.readings[i], i == 0 ? process.executable : "")) {
      return true;
    }
  }
  return false;
}

}  // namespace vedette::servers
