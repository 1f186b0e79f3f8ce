// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "config/output_settings.h"
#include "output/sink.h"

namespace vedette::commands {

// The sink of an output of the configuration. stdout without a format: text on a terminal, native otherwise.
Result<std::unique_ptr<output::Sink>> make_sink(const config::Output& output);

}  // namespace vedette::commands
