// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <fstream>

#include "commands/gather.h"
#include "commands/replay_recording.h"
#include "rule_tests/find.h"
#include "rule_tests/junit.h"
#include "rule_tests/result_text.h"

namespace vedette::commands {
namespace {

using rule_tests::Case;
using rule_tests::CaseResult;
using rule_tests::Catalog;

int complain(const Error& error) {
  std::fprintf(stderr, "vedette: %s\n", error.message.c_str());
  return kError;
}

int complain(const Diagnostics& errors) {
  print(errors);
  return kError;
}

rule_tests::Replay replay_through(std::shared_ptr<const rules::RuleSet> rules,
                                  std::shared_ptr<const servers::Signatures> signatures) {
  return [rules = std::move(rules),
          signatures = std::move(signatures)](const std::string& file) -> Result<std::vector<std::string>> {
    std::vector<std::string> ids;
    Status status =
        replay_recording(file, rules, signatures, [&](const Alert& alert) { ids.push_back(alert.rule.id); });
    return status ? Result<std::vector<std::string>>(std::move(ids)) : fail(status.error());
  };
}

Status write_junit(const std::string& file, const std::vector<CaseResult>& results) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << rule_tests::to_junit(results);
  stream.close();
  return stream.fail() ? Status(fail_errno("cannot write " + file)) : Status();
}

int report(const Options& options, const std::vector<CaseResult>& results) {
  if (!options.junit.empty()) {
    if (Status written = write_junit(options.junit, results); !written) {
      return complain(written.error());
    }
  }
  std::fputs(rule_tests::to_text(results).c_str(), stdout);
  return std::fflush(stdout) == 0 && rule_tests::passed(results) == results.size() ? kGood : kError;
}

std::vector<Case> read_cases(const std::vector<rules::RuleSource>& tests, const Catalog& catalog, Diagnostics& errors) {
  std::vector<Case> cases;
  for (const rules::RuleSource& source : tests) {
    std::ranges::move(parse_cases(source, catalog, errors), std::back_inserter(cases));
  }
  return cases;
}

std::vector<CaseResult> run_all(const std::vector<Case>& cases, const Catalog& catalog,
                                const std::shared_ptr<const rules::RuleSet>& rules, const rule_tests::Replay& replay) {
  std::vector<CaseResult> results;
  std::ranges::transform(cases, std::back_inserter(results),
                         [&](const Case& one) { return rule_tests::run(one, catalog, rules, replay); });
  return results;
}

}  // namespace

int test(const Options& options) {
  auto directories = options.rules.empty() ? rule_tests::rule_directories(options.paths) : options.rules;
  auto tests = rule_tests::read_tests(options.paths);
  auto sources = tests ? rules::read_rules(directories) : fail(tests.error());
  if (!sources) {
    return complain(sources.error());
  }
  rules::Compiled compiled = rules::compile(*sources);
  auto signatures = servers::load_signatures(directories);
  std::ranges::move(signatures.errors, std::back_inserter(compiled.errors));
  if (!compiled.errors.empty()) {
    return complain(compiled.errors);
  }
  Catalog catalog(*sources, compiled);
  Diagnostics errors;
  auto cases = read_cases(*tests, catalog, errors);
  if (!errors.empty()) {
    return complain(errors);
  }
  auto replay = replay_through(compiled.rules, signatures.signatures);
  return report(options, run_all(cases, catalog, compiled.rules, replay));
}

}  // namespace vedette::commands
