// SPDX-License-Identifier: Apache-2.0
// The forms an alert leaves in. Each is one line, without the newline.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "event/alert.h"

namespace vedette::output {

enum class Format : uint8_t {
  kNative,  // vedette.alert/1, docs/alert.schema.json
  kOcsf,    // OCSF 1.8.0 Detection Finding
  kEcs,     // Elastic Common Schema
  kFalco,   // the JSON falcosidekick reads
  kCef,     // ArcSight Common Event Format
};

std::string_view name(Format format);  // as in the configuration: "native", "ocsf", …
std::optional<Format> format_by_name(std::string_view name);

std::string format(Format format, const Alert& alert);

// The inverse of the native form: to_json(*alert_from_json(text)) == text. What is no such alert is an error that names
// the key ("actor.ancestors[1].pid: is missing"); keys that are not known are passed over.
Result<Alert> alert_from_json(std::string_view text);

}  // namespace vedette::output
