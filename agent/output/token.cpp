// SPDX-License-Identifier: Apache-2.0
#include "output/token.h"

#include <algorithm>
#include <cstdlib>

#include "base/text_file.h"

namespace vedette::output {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr size_t kLongest = 16384;

std::string trimmed(const std::string& text) {
  size_t begin = text.find_first_not_of(kSpace);
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

Result<std::string> read_token(const std::string& file) {
  auto text = read_text(file);
  if (!text) {
    return fail(text.error());
  }
  std::string token = trimmed(*text);
  bool good = !token.empty() && token.size() <= kLongest &&
              std::ranges::all_of(token, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  return good ? Result<std::string>(token) : fail(file + ": expected a token of printable ASCII without spaces");
}

}  // namespace

Result<std::string> bearer_token(const std::string& file, const std::string& credential) {
  if (!file.empty()) {
    return read_token(file);
  }
  if (credential.empty()) {
    return "";
  }
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) {
    return fail("no credential '" + credential + "': systemd passes none; add LoadCredential=" + credential +
                ":FILE to the unit");
  }
  return read_token(std::string(directory) + "/" + credential);
}

}  // namespace vedette::output
