// SPDX-License-Identifier: Apache-2.0
#include "correlation_support.h"

#include <gtest/gtest.h>

#include "support.h"

namespace vedette::rules::testing {
namespace {

Compiled good(const std::string& text) {
  Compiled compiled = compile_text(text);
  for (const Diagnostic& error : compiled.errors) {
    ADD_FAILURE() << error.text();
  }
  return compiled.rules ? std::move(compiled) : compile({});
}

}  // namespace

std::string correlated_rule(const std::string& name, const std::string& image) {
  return "title: " + name + "\nid: id-" + name + "\nname: " + name +
         "\nlevel: low\nlogsource: {category: process_creation}\ndetection: {s: {Image: " + image +
         "}, condition: s}\n---\n";
}

std::string correlated_rules() {
  return correlated_rule("one", "a") + correlated_rule("two", "b") + correlated_rule("three", "c");
}

std::string with_correlation(const std::string& body) {
  return correlated_rules() + "title: C\nid: id-c\nlevel: high\ncorrelation:\n" + body;
}

std::string more_correlation(const std::string& name, const std::string& body, const std::string& head) {
  return "---\ntitle: " + name + "\nid: id-" + name + "\nname: " + name + "\n" + head + "correlation:\n" + body;
}

Stream::Stream(const std::string& text) : compiled_(good(text)), matcher_(compiled_.rules) {}

std::vector<uint64_t> Stream::see(const std::string& image, const std::string& user, uint64_t seconds) {
  auto found = match(image, user, seconds);
  return found.empty() ? std::vector<uint64_t>() : found.back().event_ids;
}

std::vector<Match> Stream::match(const std::string& image, const std::string& user, uint64_t seconds) {
  return match(start(image, user, "", seconds * kSecond));
}

std::vector<Match> Stream::match(const Record& record) { return matcher_.match(record, ++last_); }

std::vector<std::vector<uint64_t>> Stream::advance(uint64_t seconds) {
  return ids(matcher_.advance(seconds * kSecond));
}

Record start(const std::string& image, const std::string& user, const std::string& number, uint64_t time_ns) {
  Record result = record(Category::kProcessCreation, {{Field::kImage, image}});
  result.time_ns = time_ns;
  if (!user.empty()) {
    result.set(Field::kUser, user);
  }
  if (!number.empty()) {
    result.set(Field::kParentProcessId, number);
  }
  return result;
}

std::vector<std::vector<uint64_t>> ids(const std::vector<Match>& matches) {
  std::vector<std::vector<uint64_t>> result;
  result.reserve(matches.size());
  for (const Match& match : matches) {
    result.push_back(match.event_ids);
  }
  return result;
}

}  // namespace vedette::rules::testing
