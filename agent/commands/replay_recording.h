// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "event/alert.h"
#include "rules/engine.h"
#include "servers/signatures.h"

namespace vedette::commands {

// Runs a recording through the pipeline, as it was seen live. Alerts come also when it then fails.
Status replay_recording(const std::string& file, const std::shared_ptr<const rules::RuleSet>& rules,
                        const std::shared_ptr<const servers::Signatures>& signatures, std::function<void(Alert)> alert);

}  // namespace vedette::commands
