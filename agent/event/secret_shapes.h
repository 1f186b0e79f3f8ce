// SPDX-License-Identifier: Apache-2.0
// Secrets that show by what they look like: tokens of well-known services by their prefixes, JSON Web Tokens (RFC
// 7519), private keys (RFC 7468).
#pragma once

#include <cstddef>
#include <string_view>

namespace vedette {

// Where the secret that begins at `at` ends; `at` when none does.
size_t secret_end(std::string_view text, size_t at);

}  // namespace vedette
