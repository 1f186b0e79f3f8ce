// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace vedette {

// The 64 hex digits container runtimes put into a cgroup's name ("docker-<id>.scope", "cri-containerd-<id>.scope",
// "libpod-<id>.scope", "<id>"); "" when there are none.
std::string container_id(std::string_view cgroup);

}  // namespace vedette
