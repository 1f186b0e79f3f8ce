// SPDX-License-Identifier: Apache-2.0
#include "base/fold_case.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace vedette {
namespace {

TEST(FoldCase, LettersOfAnyScriptLoseTheirCase) {
  EXPECT_EQ(fold_case("AbZ[1"), "abz[1");
  EXPECT_EQ(fold_case("ÉCOLE"), fold_case("école"));
  EXPECT_EQ(fold_case("ПРИВЕТ"), "привет");
  EXPECT_EQ(fold_case("Ꭰ"), fold_case("ꭰ"));
  EXPECT_EQ(fold_case("𐐀"), "𐐨");
}

TEST(FoldCase, LettersWithTwoSmallFormsBecomeOne) {
  EXPECT_EQ(fold_case("ΟΔΟΣ"), fold_case("οδος"));
  EXPECT_EQ(fold_case("οδοσ"), fold_case("οδος"));
  EXPECT_EQ(fold_case("\u017f"), "s");
  EXPECT_EQ(fold_case("\u212a"), "k");
}

TEST(FoldCase, TurkishLettersStay) {
  EXPECT_EQ(fold_case("ı"), "ı");
  EXPECT_EQ(fold_case("İ"), "İ");
}

TEST(FoldCase, BytesThatAreNotUtf8Stay) {
  EXPECT_EQ(fold_case("A\xff\xc3"), "a\xff\xc3");
  EXPECT_EQ(fold_case(std::string("A\0B", 3)), std::string("a\0b", 3));
  EXPECT_EQ(fold_case(""), "");
}

TEST(Utf8, CharactersGoBothWays) {
  for (const char* text : {"a", "é", "€", "𐐀", "\x7f"}) {
    Utf8Character character = first_character(text);
    std::string back;
    append_utf8(back, character.code);
    EXPECT_EQ(back, text);
    EXPECT_EQ(character.size, back.size());
  }
}

TEST(Utf8, WhatIsNotWellFormedHasNoSize) {
  for (const char* bad : {"", "\x80", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
    EXPECT_EQ(first_character(bad).size, 0U) << bad;
  }
}

}  // namespace
}  // namespace vedette
