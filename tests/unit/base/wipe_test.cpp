// SPDX-License-Identifier: Apache-2.0
#include "base/wipe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace vedette {
namespace {

TEST(Wipe, LeavesNothingInTheRoomOfAText) {
  std::string text(100, 's');
  text.resize(3);
  const char* room = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.data(), room);
  EXPECT_EQ(std::string_view(room, text.capacity()).find('s'), std::string_view::npos);
}

TEST(Wipe, LeavesNothingOfBytes) {
  std::vector<std::byte> bytes(64, std::byte{7});
  const std::byte* room = bytes.data();
  wipe(bytes);
  EXPECT_TRUE(bytes.empty());
  EXPECT_TRUE(std::all_of(room, room + 64, [](std::byte byte) { return byte == std::byte{0}; }));
}

TEST(Wipe, ASecretIsReplaced) {
  std::string text = "ghp_0123456789012345678901234567890123456789";
  replace_secret(text, "x");
  EXPECT_EQ(text, "x");
}

}  // namespace
}  // namespace vedette
