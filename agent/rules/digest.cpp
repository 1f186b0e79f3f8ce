// SPDX-License-Identifier: Apache-2.0
#include "rules/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "rules/yaml.h"

namespace vedette::rules {
namespace {

// Each part by its length, so that no two contents read the same.
void write(std::string& out, std::string_view part) {
  out.append(std::to_string(part.size())).append(":").append(part);
}

void write(std::string& out, const YamlNode& node) {
  out += "nslm"[static_cast<size_t>(node.kind)];
  write(out, node.is_scalar() ? std::string_view(node.text) : std::string_view());
  std::vector<const YamlNode*> children;
  children.reserve(node.children.size());
  for (const YamlNode& child : node.children) {
    children.push_back(&child);
  }
  if (node.is_map()) {
    std::ranges::stable_sort(children, {}, &YamlNode::key);
  }
  write(out, std::to_string(children.size()));
  for (const YamlNode* child : children) {
    write(out, child->key);
    write(out, *child);
  }
}

}  // namespace

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  EVP_Digest(text.data(), text.size(), bytes.data(), &length, EVP_sha256(), nullptr);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) {
    hex += kDigits[bytes[i] >> 4U];
    hex += kDigits[bytes[i] & 15U];
  }
  return hex;
}

std::string digest(const YamlNode& node) {
  std::string content;
  write(content, node);
  return sha256(content);
}

std::string digest(const std::vector<std::string>& digests) {
  std::string content;
  for (const std::string& one : digests) {
    write(content, one);
  }
  return sha256(content);
}

}  // namespace vedette::rules
