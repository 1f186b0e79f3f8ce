// SPDX-License-Identifier: Apache-2.0
// What functions the running kernel has, and with which arguments: its BTF.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

struct btf;

namespace vedette::sensor {

class KernelTypes {
 public:
  static Result<KernelTypes> load();

  [[nodiscard]] bool has(std::string_view function) const;

  // Whether the function takes exactly these: "inode*, *, int, _" is a pointer to struct inode, a pointer to anything,
  // an integer (int, long, enum, bool) and something of whatever type. The error tells the difference.
  [[nodiscard]] Status check(std::string_view function, std::string_view arguments) const;

 private:
  struct Free {
    void operator()(btf* types) const;
  };
  explicit KernelTypes(btf* types) : types_(types) {}

  std::unique_ptr<btf, Free> types_;
};

}  // namespace vedette::sensor
