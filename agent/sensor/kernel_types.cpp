// SPDX-License-Identifier: Apache-2.0
#include "sensor/kernel_types.h"

#include <bpf/btf.h>

#include <span>
#include <string>
#include <vector>

namespace vedette::sensor {
namespace {

// Behind typedefs and const.
const btf_type* bare(const btf* types, uint32_t id) {
  const btf_type* type = btf__type_by_id(types, id);
  while (type != nullptr && (btf_is_mod(type) || btf_is_typedef(type))) {
    type = btf__type_by_id(types, type->type);
  }
  return type;
}

// As check() writes it.
std::string text_of(const btf* types, uint32_t id) {
  const btf_type* type = bare(types, id);
  if (type == nullptr || type->info == 0) {
    return "void";
  }
  if (btf_is_int(type) || btf_is_any_enum(type)) {
    return "int";
  }
  if (!btf_is_ptr(type)) {
    return "_";
  }
  const btf_type* pointed = bare(types, type->type);
  bool named = pointed != nullptr && btf_is_composite(pointed);
  return std::string(named ? btf__name_by_offset(types, pointed->name_off) : "") + "*";
}

bool fits(const std::string& found, std::string_view wanted) {
  return wanted == "_" || found == wanted || (wanted == "*" && found.ends_with('*'));
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t comma = 0; (comma = text.find(", ")) != std::string_view::npos; text.remove_prefix(comma + 2)) {
    parts.push_back(text.substr(0, comma));
  }
  parts.push_back(text);
  return parts;
}

std::vector<std::string> parameters_of(const btf* types, const btf_type* function) {
  const btf_type* prototype = btf__type_by_id(types, function->type);
  std::vector<std::string> parameters;
  for (const btf_param& parameter : std::span(btf_params(prototype), btf_vlen(prototype))) {
    parameters.push_back(text_of(types, parameter.type));
  }
  return parameters;
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) {
    text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

}  // namespace

void KernelTypes::Free::operator()(btf* types) const { btf__free(types); }

Result<KernelTypes> KernelTypes::load() {
  btf* types = btf__load_vmlinux_btf();
  if (types == nullptr) {
    return fail_errno("cannot read the kernel's BTF");
  }
  return KernelTypes(types);
}

bool KernelTypes::has(std::string_view function) const {
  return btf__find_by_name_kind(types_.get(), std::string(function).c_str(), BTF_KIND_FUNC) >= 0;
}

Status KernelTypes::check(std::string_view function, std::string_view arguments) const {
  int id = btf__find_by_name_kind(types_.get(), std::string(function).c_str(), BTF_KIND_FUNC);
  if (id < 0) {
    return fail("is not a function of this kernel");
  }
  auto found = parameters_of(types_.get(), btf__type_by_id(types_.get(), static_cast<uint32_t>(id)));
  auto wanted = split(arguments);
  bool same = found.size() == wanted.size();
  for (size_t i = 0; same && i < found.size(); ++i) {
    same = fits(found[i], wanted[i]);
  }
  if (!same) {
    return fail("takes (" + join(found) + ") here, not (" + std::string(arguments) + ")");
  }
  return {};
}

}  // namespace vedette::sensor
