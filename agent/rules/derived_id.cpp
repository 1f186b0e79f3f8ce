// SPDX-License-Identifier: Apache-2.0
#include "rules/derived_id.h"

#include <uuid/uuid.h>

#include "base/text.h"

namespace vedette::rules {
namespace {

constexpr const char* kNamespace = "9c7d3b0e-52a4-5f0b-8b5e-1f6a4c1d7e20";

}  // namespace

bool is_uuid(const std::string& text) {
  uuid_t parsed;
  return uuid_parse(text.c_str(), parsed) == 0;
}

std::string derived_id(const std::string& title, const std::string& file) {
  uuid_t space;
  uuid_t id;
  std::string name = std::string(base_name(file)) + "\n" + title;
  uuid_parse(kNamespace, space);
  uuid_generate_sha1(id, space, name.data(), name.size());
  std::string text(UUID_STR_LEN, '\0');
  uuid_unparse_lower(id, text.data());
  text.pop_back();
  return text;
}

}  // namespace vedette::rules
