// SPDX-License-Identifier: Apache-2.0
#include "cef_parser.h"

#include <algorithm>

namespace vedette::output {
namespace {

constexpr size_t kHeaderFields = 7;

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// The fields before the extension; sets `at` behind the last "|".
std::vector<std::string> header_of(const std::string& line, size_t& at) {
  std::vector<std::string> fields(1);
  for (at = 0; at < line.size() && fields.size() <= kHeaderFields; ++at) {
    if (line[at] == '\\' && at + 1 < line.size()) {
      fields.back() += line[++at];
    } else if (line[at] == '|') {
      fields.emplace_back();
    } else {
      fields.back() += line[at];
    }
  }
  fields.pop_back();
  return fields;
}

// Where the key before each "=" that is not escaped begins.
std::vector<std::pair<size_t, size_t>> keys_of(const std::string& text, std::vector<std::string>& mistakes) {
  std::vector<std::pair<size_t, size_t>> keys;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '=') {
      size_t start = text.rfind(' ', i) == std::string::npos ? 0 : text.rfind(' ', i) + 1;
      if (start == i || !std::all_of(text.begin() + start, text.begin() + i, is_alphanumeric)) {
        mistakes.push_back("no key before = at " + std::to_string(i));
      }
      keys.emplace_back(start, i);
    }
  }
  return keys;
}

std::string unescaped(const std::string& text, std::vector<std::string>& mistakes) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      result += text[i];
      continue;
    }
    char c = ++i < text.size() ? text[i] : '\0';
    if (c != '\\' && c != '=' && c != 'n' && c != 'r') {
      mistakes.push_back("unknown escape \\" + std::string(1, c));
    }
    result += c == 'n' ? '\n' : c == 'r' ? '\r' : c;
  }
  return result;
}

}  // namespace

CefEvent parse_cef(const std::string& line) {
  CefEvent event;
  size_t extension = 0;
  event.header = header_of(line, extension);
  if (event.header.size() != kHeaderFields) {
    event.mistakes.push_back("a header of " + std::to_string(event.header.size()) + " fields");
  }
  std::string text = line.substr(extension);
  auto keys = keys_of(text, event.mistakes);
  for (size_t i = 0; i < keys.size(); ++i) {
    auto [start, equals] = keys[i];
    size_t end = i + 1 < keys.size() ? keys[i + 1].first - 1 : text.size();
    std::string key = text.substr(start, equals - start);
    std::string value = unescaped(text.substr(equals + 1, end - equals - 1), event.mistakes);
    if (!event.extension.emplace(key, value).second) {
      event.mistakes.push_back(key + " is there twice");
    }
  }
  return event;
}

}  // namespace vedette::output
