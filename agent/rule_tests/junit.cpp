// SPDX-License-Identifier: Apache-2.0
#include "rule_tests/junit.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "rule_tests/result_text.h"

namespace vedette::rule_tests {
namespace {

// XML 1.0 has no way to write most control characters: they become "?".
std::string character(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? "?" : std::string(1, c);
  }
}

std::string escaped(std::string_view text) {
  std::string result;
  for (char c : printable_utf8(text)) {
    result += character(c);
  }
  return result;
}

std::string attribute(const char* name, std::string_view value) {
  return std::string(" ") + name + "=\"" + escaped(value) + "\"";
}

std::string counts(std::span<const CaseResult> results) {
  auto failures = std::ranges::count_if(results, [](const CaseResult& result) { return !result.passed; });
  return attribute("tests", std::to_string(results.size())) + attribute("failures", std::to_string(failures)) +
         attribute("errors", "0");
}

std::string test_case(const CaseResult& result) {
  std::string open = "    <testcase" + attribute("classname", result.file) + attribute("name", result.name) +
                     attribute("file", result.file) + attribute("line", std::to_string(result.line));
  if (result.passed) {
    return open + "/>\n";
  }
  std::string first = result.detail.substr(0, result.detail.find('\n'));
  first.erase(0, first.find_first_not_of(' '));
  return open + ">\n      <failure" + attribute("message", first) + ">" + escaped(result.detail) +
         "</failure>\n    </testcase>\n";
}

std::string suite(std::span<const CaseResult> results) {
  std::string text = "  <testsuite" + attribute("name", results.front().file) + counts(results) + ">\n";
  for (const CaseResult& result : results) {
    text += test_case(result);
  }
  return text + "  </testsuite>\n";
}

}  // namespace

std::string to_junit(const std::vector<CaseResult>& results) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + counts(results) + ">\n";
  for (size_t begin = 0; begin < results.size();) {
    size_t end = begin;
    while (end < results.size() && results[end].file == results[begin].file) {
      ++end;
    }
    text += suite(std::span(results).subspan(begin, end - begin));
    begin = end;
  }
  return text + "</testsuites>\n";
}

}  // namespace vedette::rule_tests
