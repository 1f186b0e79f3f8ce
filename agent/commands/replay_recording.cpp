// SPDX-License-Identifier: Apache-2.0
#include "commands/replay_recording.h"

#include "commands/recording.h"
#include "pipeline/pipeline.h"

namespace vedette::commands {

Status replay_recording(const std::string& file, const std::shared_ptr<const rules::RuleSet>& rules,
                        const std::shared_ptr<const servers::Signatures>& signatures,
                        std::function<void(Alert)> alert) {
  Pipeline pipeline(rules, signatures, nullptr, {.alert = std::move(alert)});
  Status status = read_recording(file, [&](Bytes record) -> Status {
    auto event = decode(record);
    if (!event) {
      return fail(event.error());
    }
    pipeline.advance(time_of(*event));
    pipeline.handle(*event);
    return {};
  });
  pipeline.finish();
  return status;
}

}  // namespace vedette::commands
