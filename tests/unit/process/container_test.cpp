// SPDX-License-Identifier: Apache-2.0
#include "process/container.h"

#include <gtest/gtest.h>

namespace vedette {
namespace {

const std::string kId = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST(ContainerIdTest, OfEachRuntime) {
  for (const auto& name : {kId, "docker-" + kId + ".scope", "cri-containerd-" + kId + ".scope",
                           "crio-" + kId + ".scope", "libpod-" + kId + ".scope", "libpod-conmon-" + kId + ".scope"}) {
    EXPECT_EQ(container_id(name), kId) << name;
  }
}

TEST(ContainerIdTest, NoneInOtherNames) {
  for (const std::string name : {"", "/", "user.slice", "session-2.scope", "app-code-1234.scope", "docker.service"}) {
    EXPECT_EQ(container_id(name), "") << name;
  }
}

TEST(ContainerIdTest, MustBeExactly64LowerCaseHexDigits) {
  EXPECT_EQ(container_id(kId.substr(1)), "");
  EXPECT_EQ(container_id(kId + "0"), "");
  EXPECT_EQ(container_id("docker-" + kId + "a.scope"), "");
  EXPECT_EQ(container_id("g" + kId.substr(1)), "");
  EXPECT_EQ(container_id("A" + kId.substr(1)), "");
}

TEST(ContainerIdTest, ARunTooShortDoesNotHideTheNext) {
  EXPECT_EQ(container_id("cafe-" + kId), kId);
  EXPECT_EQ(container_id(kId + kId + "-" + kId), kId);
}

}  // namespace
}  // namespace vedette
