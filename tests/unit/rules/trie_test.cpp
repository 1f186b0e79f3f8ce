// SPDX-License-Identifier: Apache-2.0
#include "rules/trie.h"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <string>

namespace vedette::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

using Hits = std::map<Trie::Name, int>;

Trie trie_of(const std::vector<std::string>& texts) {
  Trie trie;
  for (size_t i = 0; i < texts.size(); ++i) {
    trie.add(texts[i], static_cast<Trie::Name>(i));
  }
  trie.build();
  return trie;
}

Hits search(const Trie& trie, std::string_view text) {
  Hits hits;
  trie.search(text, [&](Trie::Name name) { ++hits[name]; });
  return hits;
}

Hits prefixes(const Trie& trie, std::string_view text) {
  Hits hits;
  trie.walk(text.begin(), text.end(), [&](Trie::Name name) { ++hits[name]; });
  return hits;
}

TEST(Trie, FindsStringsInsideStrings) {
  Trie trie = trie_of({"he", "she", "his", "hers", "e"});
  EXPECT_THAT(search(trie, "ushers"), ElementsAre(Pair(0, 1), Pair(1, 1), Pair(3, 1), Pair(4, 1)));
}

TEST(Trie, CountsEachPlace) { EXPECT_THAT(search(trie_of({"aa"}), "aaaa"), ElementsAre(Pair(0, 3))); }

TEST(Trie, TellsEveryNameOfAString) {
  EXPECT_THAT(search(trie_of({"x", "x"}), "axb"), ElementsAre(Pair(0, 1), Pair(1, 1)));
}

TEST(Trie, TakesAnyByte) {
  std::string text("a\0\xff", 3);
  EXPECT_THAT(search(trie_of({text}), "b" + text), ElementsAre(Pair(0, 1)));
}

TEST(Trie, WalksPrefixesOnly) {
  Trie trie = trie_of({"/usr", "/usr/bin/", "bin"});
  EXPECT_THAT(prefixes(trie, "/usr/bin/bin"), ElementsAre(Pair(0, 1), Pair(1, 1)));
  EXPECT_THAT(prefixes(trie, "/us"), IsEmpty());
}

TEST(Trie, FindsNothingWhenEmpty) {
  Trie trie = trie_of({});
  EXPECT_TRUE(trie.empty());
  EXPECT_THAT(search(trie, "text"), IsEmpty());
  EXPECT_THAT(prefixes(trie, "text"), IsEmpty());
}

// Of few letters, so that strings overlap.
std::string random_text(std::mt19937& random, size_t longest) {
  std::string text(1 + random() % longest, 'a');
  for (char& c : text) {
    c = static_cast<char>('a' + random() % 3);
  }
  return text;
}

TEST(Trie, FindsWhatComparingEachWouldFind) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts(1 + random() % 20);
    std::ranges::generate(texts, [&] { return random_text(random, 6); });
    std::string text = random_text(random, 60);
    Hits expected;
    for (size_t i = 0; i < texts.size(); ++i) {
      for (size_t at = text.find(texts[i]); at != std::string::npos; at = text.find(texts[i], at + 1)) {
        ++expected[static_cast<Trie::Name>(i)];
      }
    }
    EXPECT_EQ(search(trie_of(texts), text), expected) << text;
  }
}

}  // namespace
}  // namespace vedette::rules
