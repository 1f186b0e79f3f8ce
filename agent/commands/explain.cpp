// SPDX-License-Identifier: Apache-2.0
#include "rules/explain.h"

#include <unistd.h>

#include <cstdio>
#include <sstream>

#include "base/text_file.h"
#include "commands/gather.h"
#include "output/text.h"
#include "rules/explain_file.h"
#include "rules/json_view.h"

namespace vedette::commands {
namespace {

int complain(const std::string& message) {
  std::fprintf(stderr, "vedette: %s\n", message.c_str());
  return kError;
}

void print_text(const std::vector<rules::ExplainedRule>& rules) {
  const rules::Marks& marks = ::isatty(STDOUT_FILENO) != 0 ? rules::kTickMarks : rules::kWordMarks;
  for (const rules::ExplainedRule& rule : rules) {
    std::istringstream lines(rules::to_text(rule, marks));
    for (std::string line; std::getline(lines, line);) {
      std::printf("%s\n", output::terminal_safe(line).c_str());
    }
  }
}

int print(const std::vector<rules::ExplainedRule>& rules, bool json) {
  if (json) {
    std::printf("%s\n", rules::to_json(rules).c_str());
  } else {
    print_text(rules);
  }
  if (std::fflush(stdout) != 0) {
    return kError;
  }
  return rules::any_matches(rules) ? kGood : kPartial;
}

}  // namespace

int explain(const Options& options) {
  auto rule = read_text(options.rule_file);
  auto event = read_text(options.event_file);
  if (!rule || !event) {
    return complain((rule ? event : rule).error().message);
  }
  auto fields = rules::parse_flat_event(*event);
  if (!fields) {
    return complain(options.event_file + ": " + fields.error().message);
  }
  auto explained = rules::explain({options.rule_file, *rule}, rules::JsonView(*fields));
  if (!explained.errors.empty()) {
    print(explained.errors);
    return kError;
  }
  return print(explained.rules, options.json);
}

}  // namespace vedette::commands
