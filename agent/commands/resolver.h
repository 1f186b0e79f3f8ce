// SPDX-License-Identifier: Apache-2.0
// Addresses of the hosts named in egress lists, looked up again and again on a thread of its own.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vedette::commands {

class Resolver {
 public:
  explicit Resolver(std::vector<std::string> hosts);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  using Addresses = std::map<std::string, std::vector<std::string>>;
  // What was found since the last call. A host keeps the addresses it once had: connections outlive records.
  Addresses take();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace vedette::commands
