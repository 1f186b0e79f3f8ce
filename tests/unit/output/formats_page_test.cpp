// SPDX-License-Identifier: Apache-2.0
// docs/formats.md names every native field, and of the other formats only what they have.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "alerts.h"
#include "cef_parser.h"
#include "flat.h"
#include "output/format.h"

namespace vedette::output {
namespace {

using Json = nlohmann::ordered_json;
using Keys = std::set<std::string>;

constexpr Format kColumns[] = {Format::kNative, Format::kOcsf, Format::kEcs, Format::kFalco, Format::kCef};

struct Row {
  std::vector<std::vector<std::string>> named;  // what is `written so`, by column
};

std::vector<std::string> code_in(const std::string& cell) {
  static const std::regex kCode("`([^`]+)`");
  std::vector<std::string> result;
  for (std::sregex_iterator match(cell.begin(), cell.end(), kCode), end; match != end; ++match) {
    result.push_back((*match)[1]);
  }
  return result;
}

Row row_of(const std::string& line) {
  Row row;
  for (size_t at = 1, end; (end = line.find('|', at)) != std::string::npos; at = end + 1) {
    row.named.push_back(code_in(line.substr(at, end - at)));
  }
  return row;
}

// Of the table below "| native |".
std::vector<Row> rows() {
  std::ifstream page(VEDETTE_SOURCE_DIR "/docs/formats.md");
  std::vector<Row> result;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    inside = line.starts_with("| native |") || (inside && line.starts_with("|"));
    if (inside && line.starts_with("| `")) {
      result.push_back(row_of(line));
    }
  }
  return result;
}

Keys keys_of(Format format, const std::string& line) {
  if (format != Format::kCef) {
    return flat_keys(Json::parse(line));
  }
  Keys result;
  for (const auto& [key, value] : parse_cef(line).extension) {
    result.insert(key);
  }
  return result;
}

Keys all_keys(Format format) {
  Keys result;
  for (const Alert& alert : many_alerts()) {
    result.merge(keys_of(format, output::format(format, alert)));
  }
  return result;
}

// "actor.ancestors" stands for "actor.ancestors[].pid".
bool within(const std::string& key, const std::string& named) {
  return key == named || key.starts_with(named + ".") || key.starts_with(named + "[");
}

TEST(FormatsPage, NamesOnlyWhatIsThere) {
  for (size_t column = 0; column < std::size(kColumns); ++column) {
    Keys keys = all_keys(kColumns[column]);
    for (const Row& row : rows()) {
      ASSERT_EQ(row.named.size(), std::size(kColumns));
      for (const auto& named : row.named[column]) {
        bool there = std::ranges::any_of(
            keys, [&](const auto& key) { return within(key, named) || key == "output_fields." + named; });
        EXPECT_TRUE(there) << name(kColumns[column]) << " has no " << named;
      }
    }
  }
}

TEST(FormatsPage, NamesEveryNativeField) {
  std::vector<Row> table = rows();
  for (const auto& key : flat_keys(Json::parse(format(Format::kNative, full_alert())))) {
    bool named = std::ranges::any_of(table, [&](const Row& row) { return within(key, row.named[0].at(0)); });
    EXPECT_TRUE(named || key == "schema") << key;
  }
}

}  // namespace
}  // namespace vedette::output
