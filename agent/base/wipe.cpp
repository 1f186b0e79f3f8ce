// SPDX-License-Identifier: Apache-2.0
#include "base/wipe.h"

#include <cstring>
#include <utility>

namespace vedette {

void wipe(std::string& text) {
  text.resize(text.capacity());
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

void wipe(std::vector<std::byte>& bytes) {
  ::explicit_bzero(bytes.data(), bytes.size());
  bytes.clear();
}

void replace_secret(std::string& text, std::string value) {
  wipe(text);
  text = std::move(value);
}

}  // namespace vedette
