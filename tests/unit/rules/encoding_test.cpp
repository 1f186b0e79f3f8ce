// SPDX-License-Identifier: Apache-2.0
#include "rules/encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::rules {
namespace {

using ::testing::ElementsAre;

TEST(Encoding, Base64AsInRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST(Encoding, Base64OffsetsAreTheDigitsThatStay) {
  EXPECT_THAT(base64_offsets("foobar"), ElementsAre("Zm9vYmFy", "Zvb2Jhc", "mb29iYX"));
  EXPECT_THAT(base64_offsets("ab"), ElementsAre("YW", "Fi", "hY"));
}

TEST(Encoding, Base64OffsetsAreFoundWhateverStandsAround) {
  for (std::string value : {"ab", "abc", "abcd", "abcde", "\x01\xff\x7f"}) {
    auto forms = base64_offsets(value);
    for (size_t before = 0; before < 6; ++before) {
      for (size_t after = 0; after < 4; ++after) {
        for (char around : {' ', '~', '\xff', '\0'}) {
          std::string text = base64(std::string(before, around) + value + std::string(after, around));
          EXPECT_NE(text.find(forms[before % 3]), std::string::npos) << value << " in " << text;
        }
      }
    }
  }
}

TEST(Encoding, Utf16) {
  EXPECT_EQ(utf16("cmd", ByteOrder::kLittle), std::string("c\0m\0d\0", 6));
  EXPECT_EQ(utf16("cmd", ByteOrder::kBig), std::string("\0c\0m\0d", 6));
  EXPECT_EQ(utf16("€", ByteOrder::kBig), "\x20\xac");
  EXPECT_EQ(utf16("𐐀", ByteOrder::kBig), std::string("\xd8\x01\xdc\x00", 4));
  EXPECT_EQ(utf16("\xff", ByteOrder::kBig), "\xff\xfd");
}

}  // namespace
}  // namespace vedette::rules
