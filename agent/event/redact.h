// SPDX-License-Identifier: Apache-2.0
// Secrets in command lines are replaced before anything else sees them: values by their shape (ghp_…, sk-ant-…, AKIA…),
// values by their name (--token X, --api-key=X, GITHUB_TOKEN=X, "Authorization: Bearer X", user:password@ in URLs).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vedette {

inline constexpr std::string_view kRedacted = "[redacted]";

// Each secret becomes kRedacted; the rest stays. Same input, same output: two redacted lists compare equal if the
// originals did.
std::vector<std::string> redact(std::vector<std::string> args);

// One text by shape and NAME=value only, for texts that are not argument lists.
std::string redact_text(std::string_view text);

}  // namespace vedette
