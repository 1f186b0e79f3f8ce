// SPDX-License-Identifier: Apache-2.0
// Correlations of three rules for process starts, whose images are a, b and c.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/engine.h"

namespace vedette::rules::testing {

// id "id-NAME", for that image.
std::string correlated_rule(const std::string& name, const std::string& image);

// "one", "two" and "three".
std::string correlated_rules();

// These, and a correlation with that body, indented by two.
std::string with_correlation(const std::string& body);

// A correlation "NAME" (id "id-NAME") with that body, indented by two.
std::string more_correlation(const std::string& name, const std::string& body, const std::string& head = "");

// Feeds a matcher events with ids from 1.
class Stream {
 public:
  explicit Stream(const std::string& text);

  // The ids behind the correlation, or none.
  std::vector<uint64_t> see(const std::string& image, const std::string& user, uint64_t seconds);
  std::vector<Match> match(const std::string& image, const std::string& user, uint64_t seconds);
  std::vector<Match> match(const Record& record);
  // Ids of each match.
  std::vector<std::vector<uint64_t>> advance(uint64_t seconds);

  Matcher& matcher() { return matcher_; }
  [[nodiscard]] const Compiled& compiled() const { return compiled_; }

 private:
  Compiled compiled_;
  Matcher matcher_;
  uint64_t last_ = 0;
};

// A process start with a number in ParentProcessId; empty values are left out.
Record start(const std::string& image, const std::string& user, const std::string& number, uint64_t time_ns);

std::vector<std::vector<uint64_t>> ids(const std::vector<Match>& matches);

}  // namespace vedette::rules::testing
