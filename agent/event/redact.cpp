// SPDX-License-Identifier: Apache-2.0
#include "event/redact.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/text.h"
#include "base/wipe.h"
#include "event/characters.h"
#include "event/secret_shapes.h"

namespace vedette {
namespace {

using std::string_view;

bool any_of(string_view word, std::span<const string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string redact_shapes(string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    bool starts_word = at == 0 || !is_alnum(text[at - 1]);
    size_t end = starts_word ? secret_end(text, at) : at;
    if (end > at) {
      result += kRedacted;
      at = end;
    } else {
      result += text[at++];
    }
  }
  return result;
}

constexpr size_t kNameLimit = 128;  // bytes; only the end of a longer name is looked at

// "GITHUB_TOKEN", "--api-key", "dbPassword", "APIKey" → lower-case words.
std::vector<std::string> words_of(string_view name) {
  std::vector<std::string> words(1);
  for (size_t i = 0; i < name.size(); ++i) {
    bool inner = is_alnum(name[i]);
    bool camel = i > 0 && is_upper(name[i]) && (is_lower(name[i - 1]) || is_digit(name[i - 1]));
    bool after_acronym =
        i > 0 && i + 1 < name.size() && is_upper(name[i]) && is_upper(name[i - 1]) && is_lower(name[i + 1]);
    if ((!inner || camel || after_acronym) && !words.back().empty()) {
      words.emplace_back();
    }
    if (inner) {
      words.back() += lower(name.substr(i, 1));
    }
  }
  if (words.back().empty()) {
    words.pop_back();
  }
  return words;
}

constexpr string_view kSecretWords[] = {"key",    "keys",   "pass",      "pwd",         "pw",         "pat",
                                        "auth",   "bearer", "jwt",       "otp",         "credential", "dsn",
                                        "cookie", "sig",    "signature", "credentials", "creds"};
constexpr string_view kSecretEndings[] = {"token",     "tokens",    "secret",     "secrets",       "password",
                                          "passwords", "passwd",    "passphrase", "apikey",        "apikeys",
                                          "secretkey", "accesskey", "privatekey", "authorization", "authkey"};
constexpr string_view kHarmlessQualifiers[] = {"no",      "max",     "min",  "num",       "public", "pub",
                                               "primary", "foreign", "sort", "partition", "host",   "cache"};
constexpr string_view kDatabases[] = {"database", "db",    "postgres", "postgresql", "mysql",      "mariadb", "mongo",
                                      "mongodb",  "redis", "amqp",     "rabbitmq",   "sqlalchemy", "webhook"};

bool names_connection(std::span<const std::string> words) {
  if (words.size() < 2) {
    return false;
  }
  const auto& last = words.back();
  const auto& before = words[words.size() - 2];
  return ((last == "uri" || last == "url") && any_of(before, kDatabases)) ||
         (before == "connection" && last == "string");
}

bool is_secret_name(string_view name) {
  name = name.substr(name.size() - std::min(name.size(), kNameLimit));
  auto words = words_of(name);
  if (words.empty()) {
    return false;
  }
  auto harmless = [](const std::string& word) { return any_of(word, kHarmlessQualifiers); };
  if (std::any_of(words.begin(), words.end() - 1, harmless)) {
    return false;
  }
  auto ends = [&](string_view ending) { return words.back().ends_with(ending); };
  return any_of(words.back(), kSecretWords) ||
         std::any_of(std::begin(kSecretEndings), std::end(kSecretEndings), ends) || names_connection(words);
}

// HTTP headers whose value has several words.
bool is_header_name(string_view name) {
  auto words = words_of(name);
  return !words.empty() && (words.back() == "authorization" || words.back() == "cookie");
}

bool ends_value(char c) {
  return is_space(c) || is_quote(c) || c == '&' || c == ',' || c == ';' || c == '}' || c == '\\';
}

struct Value {
  size_t begin;
  size_t end;
};

// The = or : that follows the name ending at `at`, perhaps after a closing quote; npos when there is none.
size_t separator_after(string_view text, size_t at) {
  auto closer = [](char c) { return is_quote(c) || c == '\\' || c == ']'; };
  at = run_end(text, run_end(text, at, closer), is_space);
  bool separated = at < text.size() && (text[at] == '=' || text[at] == ':');
  return separated && !text.substr(at).starts_with("://") ? at : string_view::npos;
}

// What follows the separator, without its quotes.
std::optional<Value> value_after(string_view text, size_t separator, bool whole_line) {
  size_t at = run_end(text, run_end(text, separator + 1, is_space), [](char c) { return c == '\\'; });
  bool quoted = at < text.size() && is_quote(text[at]);
  char quote = quoted ? text[at++] : '\0';
  auto inside = [&](char c) {
    if (quoted) {
      return c != quote && c != '\\';
    }
    return whole_line ? c != '\n' && !is_quote(c) : !ends_value(c);
  };
  size_t end = run_end(text, at, inside);
  return end > at ? std::optional(Value{at, end}) : std::nullopt;
}

std::string redact_names(string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    if (!is_name(text[at])) {
      result += text[at++];
      continue;
    }
    size_t end = run_end(text, at, is_name);
    string_view name = text.substr(at, end - at);
    bool is_url_user = text.substr(0, at).ends_with("://");
    result += name;
    at = end;
    size_t separator = separator_after(text, end);
    if (separator == string_view::npos || is_url_user || !is_secret_name(name)) {
      continue;
    }
    if (auto value = value_after(text, separator, is_header_name(name))) {
      result.append(text.substr(end, value->begin - end)).append(kRedacted);
      at = value->end;
    }
  }
  return result;
}

// "Bearer X" where no header name stands before it.
std::string redact_bearer(string_view text) {
  constexpr string_view kScheme = "bearer ";
  constexpr size_t kLeast = 8;
  std::string result;
  for (size_t at = 0; at < text.size();) {
    bool may_start = (text[at] == 'b' || text[at] == 'B') && (at == 0 || !is_alnum(text[at - 1]));
    bool scheme = may_start && lower(text.substr(at, kScheme.size())) == kScheme;
    size_t begin = at + kScheme.size();
    size_t end =
        scheme ? run_end(text, begin, [](char c) { return is_name(c) || c == '~' || c == '+' || c == '/'; }) : 0;
    if (scheme && end - begin >= kLeast) {
      result.append(text.substr(at, kScheme.size())).append(kRedacted);
      at = run_end(text, end, [](char c) { return c == '='; });
    } else {
      result += text[at++];
    }
  }
  return result;
}

constexpr size_t kLongUser = 20;  // bytes; a longer user name without password is taken for a token

bool ends_url(char c) { return is_space(c) || is_quote(c) || c == '<' || c == '>'; }

// Where the user information that starts at `at` ends (its '@'), `at` when there is none. A password may hold an
// unescaped '/': then what follows the first ':' is no port.
size_t userinfo_end(string_view text, size_t at) {
  constexpr size_t kUrlLimit = 2048;  // bytes
  string_view url = text.substr(at, kUrlLimit);
  url = url.substr(0, run_end(url, 0, [](char c) { return !ends_url(c); }));
  size_t authority = std::min(url.size(), url.find_first_of("/?#"));
  if (size_t sign = url.substr(0, authority).rfind('@'); sign != string_view::npos) {
    return at + sign;
  }
  size_t colon = url.find(':');
  if (url.starts_with('[') || colon >= authority || run_end(url, colon + 1, is_digit) == authority) {
    return at;
  }
  size_t sign = url.find('@', authority);
  return sign == string_view::npos ? at : at + sign;
}

// What of the user information is secret.
Value secret_in_userinfo(string_view text, size_t at, size_t sign) {
  size_t colon = text.find(':', at);
  if (colon < sign) {
    return {colon + 1, sign};
  }
  return {sign - at >= kLongUser ? at : sign, sign};
}

std::string redact_urls(string_view text) {
  constexpr string_view kMark = "://";
  std::string result;
  for (size_t at = 0; at < text.size();) {
    if (!text.substr(at).starts_with(kMark)) {
      result += text[at++];
      continue;
    }
    result += kMark;
    at += kMark.size();
    size_t sign = userinfo_end(text, at);
    if (sign > at) {
      Value secret = secret_in_userinfo(text, at, sign);
      result.append(text.substr(at, secret.begin - at)).append(secret.end > secret.begin ? kRedacted : "");
      at = sign;
    }
  }
  return result;
}

bool is_flag(string_view arg) { return arg.starts_with("--") || (arg.size() == 2 && arg[0] == '-'); }

// "NAME=value" and "Name: value" as a whole argument: all that follows is the value.
std::optional<size_t> whole_value(string_view arg) {
  size_t end = run_end(arg, 0, is_name);
  bool separated = end > 0 && end < arg.size() && (arg[end] == '=' || arg[end] == ':');
  if (!separated || arg.substr(end).starts_with("://")) {
    return std::nullopt;
  }
  size_t begin = run_end(arg, end + 1, is_space);
  if (is_secret_name(arg.substr(0, end))) {
    return begin;
  }
  auto inner = whole_value(arg.substr(begin));
  return inner ? std::optional(begin + *inner) : std::nullopt;
}

std::string redact_once(const std::string& text) {
  return redact_names(redact_bearer(redact_urls(redact_shapes(text))));
}

std::string redact_arg_once(const std::string& arg) {
  auto value = whole_value(string_view(arg).substr(0, kNameLimit * 2));
  bool whole = value && *value < arg.size();
  return redact_once(whole ? arg.substr(0, *value).append(kRedacted) : arg);
}

// A replacement may bring together what was apart, so once more until nothing changes.
std::string until_settled(std::string text, std::string (*step)(const std::string&)) {
  constexpr int kSteps = 8;
  for (int i = 0; i < kSteps; ++i) {
    std::string next = step(text);
    if (next == text) {
      break;
    }
    replace_secret(text, std::move(next));
  }
  return text;
}

bool is_secret_flag(string_view arg) {
  bool flag = arg.size() > 2 && arg[0] == '-' && run_end(arg, 0, is_name) == arg.size();
  return flag && is_secret_name(arg);
}

// Flags of single programs whose value is a secret although their name does not say so.
bool is_credential_flag(string_view program, string_view arg) {
  if (program == "curl") {
    return arg == "-u" || arg == "--user" || arg == "-U" || arg == "--proxy-user";
  }
  return program == "sshpass" && arg == "-p";
}

bool is_attached_password(string_view program, string_view arg) {
  constexpr string_view kPrograms[] = {"mysql", "mysqldump", "mysqladmin", "mariadb", "sshpass"};
  return any_of(program, kPrograms) && arg.size() > 2 && arg.starts_with("-p");
}

}  // namespace

std::string redact_text(std::string_view text) { return until_settled(std::string(text), redact_once); }

std::vector<std::string> redact(std::vector<std::string> args) {
  std::string program(args.empty() ? string_view() : base_name(args[0]));
  bool value = false;
  for (size_t i = 0; i < args.size(); ++i) {
    bool secret = value && !args[i].empty() && !is_flag(args[i]);
    value = !secret && (is_secret_flag(args[i]) || is_credential_flag(program, args[i]));
    if (secret) {
      replace_secret(args[i], std::string(kRedacted));
    } else if (is_attached_password(program, args[i])) {
      replace_secret(args[i], std::string("-p").append(kRedacted));
    } else {
      args[i] = until_settled(std::move(args[i]), redact_arg_once);
    }
  }
  return args;
}

}  // namespace vedette
