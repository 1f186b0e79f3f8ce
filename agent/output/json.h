// SPDX-License-Identifier: Apache-2.0
// Alerts as text. The JSON form is vedette.alert/1 (docs/alert.schema.json): keys are always there, unknown is null.
#pragma once

#include <string>

#include "event/alert.h"

namespace vedette::output {

// One line, without the newline. Bytes that are not UTF-8 become "\xNN" in the text.
std::string to_json(const Alert& alert);

// What a person reads on a terminal: time, level, message, and what is needed to act. One line, without the newline.
// Control characters are escaped. With color: ANSI.
std::string to_text(const Alert& alert, bool color);

// The `message` of an alert: "cat (pid 1, user a) read the environment of MCP server github (pid 2)".
std::string message_for(const Alert& alert);

// "2026-11-21T02:03:04.123456789Z"; nanoseconds since the epoch.
std::string timestamp(uint64_t nanoseconds);

}  // namespace vedette::output
