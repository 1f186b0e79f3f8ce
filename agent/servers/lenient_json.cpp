// SPDX-License-Identifier: Apache-2.0
#include "servers/lenient_json.h"

#include <algorithm>

#include "base/wipe.h"

namespace vedette::servers {
namespace {

using std::string_view;

// Where the string that starts at `at` ends, after its closing quote.
size_t string_end(string_view text, size_t at) {
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

// Where the comment that starts at `at` ends, `at` when none starts there.
size_t comment_end(string_view text, size_t at) {
  string_view rest = text.substr(at);
  if (rest.starts_with("//")) {
    return std::min(text.size(), text.find('\n', at));
  }
  if (rest.starts_with("/*")) {
    size_t end = text.find("*/", at + 2);
    return end == string_view::npos ? text.size() : end + 2;
  }
  return at;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void blank(std::string& text, size_t from, size_t end) {
  std::replace_if(
      text.begin() + static_cast<ptrdiff_t>(from), text.begin() + static_cast<ptrdiff_t>(end),
      [](char c) { return c != '\n'; }, ' ');
}

void blank_comments(std::string& text) {
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = string_end(text, at);
    } else if (size_t end = comment_end(text, at); end > at) {
      blank(text, at, end);
      at = end;
    } else {
      ++at;
    }
  }
}

void blank_trailing_commas(std::string& text) {
  size_t comma = string_view::npos;
  for (size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (is_space(c)) {
      continue;
    }
    if ((c == '}' || c == ']') && comma != string_view::npos) {
      text[comma] = ' ';
    }
    comma = c == ',' ? at : string_view::npos;
    if (c == '"') {
      at = string_end(text, at) - 1;
    }
  }
}

// `byte` counts from 1, as nlohmann does.
Diagnostic at_byte(const std::string& file, string_view text, size_t byte) {
  string_view before = text.substr(0, byte > 0 ? byte - 1 : 0);
  size_t line_start = before.rfind('\n');
  auto column = before.size() - (line_start == string_view::npos ? 0 : line_start + 1);
  return {file, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1, static_cast<int>(column) + 1,
          "not JSON, so its servers are not known"};
}

}  // namespace

std::string strict_json(std::string_view text) {
  std::string strict(text);
  blank_comments(strict);
  blank_trailing_commas(strict);
  return strict;
}

void wipe_all(nlohmann::json& json) {
  if (json.is_string()) {
    wipe(json.get_ref<std::string&>());
  }
  if (json.is_structured()) {
    for (auto& member : json) {
      wipe_all(member);
    }
  }
}

std::expected<nlohmann::json, Diagnostic> parse_lenient_json(const std::string& file, std::string_view text) {
  struct Wiped {
    std::string text;
    ~Wiped() { wipe(text); }
  } strict{strict_json(text)};
  try {
    return nlohmann::json::parse(strict.text);
  } catch (const nlohmann::json::parse_error& e) {
    return std::unexpected(at_byte(file, text, e.byte));
  } catch (const std::exception& e) {
    return std::unexpected(Diagnostic{file, 0, 0, std::string("not JSON: ") + e.what()});
  }
}

}  // namespace vedette::servers
