// SPDX-License-Identifier: Apache-2.0
#include "harness/validation.h"

#include <cstdlib>

#include "harness/monitor.h"

namespace vedette::scenario {

Finished validate(const Scratch& scratch, const LineReader::Lines& alerts) {
  const std::string name = "validated.jsonl";
  scratch.write(name, alerts.empty() ? "" : join(alerts, "\n") + "\n");
  return run({{"python3", source_directory() / "tests/scenarios/validate.py",
               source_directory() / "docs/alert.schema.json", VEDETTE_FORMAT_ALERTS, scratch / name},
              "/",
              {},
              false});
}

bool validates_every_scenario() { return std::getenv("VEDETTE_OCSF_CHECK") != nullptr; }

}  // namespace vedette::scenario
