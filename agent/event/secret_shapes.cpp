// SPDX-License-Identifier: Apache-2.0
#include "event/secret_shapes.h"

#include <algorithm>

#include "event/characters.h"

namespace vedette {
namespace {

using std::string_view;

enum class Alphabet { kAlnum, kUpper, kHex, kToken };  // kToken: also _ - .

struct Shape {
  string_view prefix;
  size_t tail;  // least number of bytes after the prefix
  Alphabet alphabet;
};

// Short tails only where nothing but a token starts like this.
constexpr Shape kShapes[] = {
    {"github_pat_", 6, Alphabet::kToken}, {"ghp_", 6, Alphabet::kToken},     {"gho_", 6, Alphabet::kToken},
    {"ghu_", 6, Alphabet::kToken},        {"ghs_", 6, Alphabet::kToken},     {"ghr_", 6, Alphabet::kToken},
    {"glpat-", 6, Alphabet::kToken},      {"xoxb-", 6, Alphabet::kToken},    {"xoxp-", 6, Alphabet::kToken},
    {"xoxa-", 6, Alphabet::kToken},       {"xoxs-", 6, Alphabet::kToken},    {"xoxe", 10, Alphabet::kToken},
    {"xapp-", 6, Alphabet::kToken},       {"sk-ant-", 6, Alphabet::kToken},  {"sk-proj-", 6, Alphabet::kToken},
    {"sk-svcacct-", 6, Alphabet::kToken}, {"sk-or-", 10, Alphabet::kToken},  {"sk-", 32, Alphabet::kAlnum},
    {"sk_live_", 6, Alphabet::kToken},    {"sk_test_", 6, Alphabet::kToken}, {"rk_live_", 6, Alphabet::kToken},
    {"AKIA", 16, Alphabet::kUpper},       {"ASIA", 16, Alphabet::kUpper},    {"AIza", 30, Alphabet::kToken},
    {"npm_", 20, Alphabet::kAlnum},       {"hf_", 16, Alphabet::kAlnum},     {"pypi-AgE", 6, Alphabet::kToken},
    {"ntn_", 16, Alphabet::kAlnum},       {"lin_api_", 6, Alphabet::kToken}, {"sntryu_", 6, Alphabet::kToken},
    {"sntrys_", 6, Alphabet::kToken},     {"pplx-", 16, Alphabet::kAlnum},   {"dapi", 32, Alphabet::kHex},
    {"glsa_", 6, Alphabet::kToken},       {"SG.", 24, Alphabet::kToken},     {"gsk_", 16, Alphabet::kAlnum},
    {"tvly-", 12, Alphabet::kToken},      {"figd_", 12, Alphabet::kToken},   {"dop_v1_", 12, Alphabet::kToken},
    {"shpat_", 12, Alphabet::kToken},     {"ATATT3", 16, Alphabet::kToken},  {"dckr_pat_", 6, Alphabet::kToken},
};

bool in(Alphabet alphabet, char c) {
  switch (alphabet) {
    case Alphabet::kAlnum:
      return is_alnum(c);
    case Alphabet::kUpper:
      return is_upper(c) || is_digit(c);
    case Alphabet::kHex:
      return is_digit(c) || (c >= 'a' && c <= 'f');
    case Alphabet::kToken:
      return is_name(c);
  }
  return false;
}

// A dot that ends a sentence is no part of a token.
size_t without_dots(string_view text, size_t from, size_t end) {
  while (end > from && text[end - 1] == '.') {
    --end;
  }
  return end;
}

size_t shape_end(string_view text, size_t at, const Shape& shape) {
  if (!text.substr(at).starts_with(shape.prefix)) {
    return at;
  }
  size_t tail = at + shape.prefix.size();
  size_t end = without_dots(text, tail, run_end(text, tail, [&](char c) { return in(shape.alphabet, c); }));
  bool goes_on = end < text.size() && text[end] == '_';
  return end - tail >= shape.tail && !goes_on ? run_end(text, end, [](char c) { return c == '='; }) : at;
}

// header.payload.signature, each base64url, the first two JSON objects (RFC 7519).
size_t jwt_end(string_view text, size_t at) {
  if (!text.substr(at).starts_with("eyJ")) {
    return at;
  }
  constexpr size_t kHeaderLimit = 1024;  // bytes
  auto inside = [](char c) { return is_name(c) && c != '.'; };
  size_t header = run_end(text.substr(0, at + std::min(text.size() - at, kHeaderLimit)), at, inside);
  return text.substr(header).starts_with(".eyJ") ? without_dots(text, at, run_end(text, at, is_name)) : at;
}

// PEM (RFC 7468); a block without an end takes the rest of the text.
size_t private_key_end(string_view text, size_t at) {
  constexpr string_view kBegin = "-----BEGIN ";
  constexpr string_view kKey = "PRIVATE KEY-----";
  if (!text.substr(at).starts_with(kBegin)) {
    return at;
  }
  constexpr size_t kLabelLimit = 64;  // bytes
  size_t label = text.substr(at, kLabelLimit).find(kKey);
  if (label == string_view::npos) {
    return at;
  }
  size_t end = text.find(kKey, at + label + kKey.size());
  return end == string_view::npos ? text.size() : end + kKey.size();
}

}  // namespace

size_t secret_end(string_view text, size_t at) {
  if (size_t end = private_key_end(text, at); end > at) {
    return end;
  }
  if (size_t end = jwt_end(text, at); end > at) {
    return end;
  }
  for (const auto& shape : kShapes) {
    if (size_t end = shape_end(text, at, shape); end > at) {
      return end;
    }
  }
  return at;
}

}  // namespace vedette
