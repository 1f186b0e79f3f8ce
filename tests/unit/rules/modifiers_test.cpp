// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support.h"

namespace vedette::rules {
namespace {

using testing::matches;
using testing::only_mistake;
using testing::rule_text;
using testing::Values;

std::string detection(const std::string& item) { return "  s:\n    " + item + "\n  condition: s\n"; }

bool image(const std::string& item, const std::string& value) {
  return matches(detection(item), {{Field::kImage, value}});
}

std::string mistake(const std::string& item) { return only_mistake(rule_text(detection(item))); }

TEST(Values, EqualIgnoringCase) {
  EXPECT_TRUE(image("Image: /usr/bin/CAT", "/USR/bin/cat"));
  EXPECT_FALSE(image("Image: cat", "cat "));
  EXPECT_FALSE(matches(detection("Image: cat"), {}));
  EXPECT_TRUE(image("Image: ''", ""));
  EXPECT_FALSE(matches(detection("Image: ''"), {}));
}

TEST(Values, NumbersAndBooleansAreText) {
  EXPECT_TRUE(matches(detection("UserId: 0"), {{Field::kUserId, "0"}}));
  EXPECT_FALSE(matches(detection("UserId: 0"), {{Field::kUserId, "10"}}));
  EXPECT_TRUE(image("Image: true", "True"));
}

TEST(Values, ListMeansAny) {
  EXPECT_TRUE(image("Image: [a, b]", "b"));
  EXPECT_FALSE(image("Image: [a, b]", "c"));
}

TEST(Values, MapMeansAllItems) {
  const std::string both = "  s: {Image: a, User: b}\n  condition: s\n";
  EXPECT_TRUE(matches(both, {{Field::kImage, "a"}, {Field::kUser, "b"}}));
  EXPECT_FALSE(matches(both, {{Field::kImage, "a"}}));
}

TEST(Values, ListOfMapsMeansAnyMap) {
  const std::string either = "  s:\n    - {Image: a, User: b}\n    - {User: c}\n  condition: s\n";
  EXPECT_TRUE(matches(either, {{Field::kUser, "c"}}));
  EXPECT_TRUE(matches(either, {{Field::kImage, "a"}, {Field::kUser, "b"}}));
  EXPECT_FALSE(matches(either, {{Field::kImage, "a"}}));
}

TEST(Values, Wildcards) {
  EXPECT_TRUE(image("Image: '/usr/*/cat'", "/usr/bin/cat"));
  EXPECT_TRUE(image("Image: 'c?t'", "cut"));
  EXPECT_FALSE(image("Image: 'c?t'", "ct"));
  EXPECT_TRUE(image("Image: '*cat'", "/bin/cat"));
  EXPECT_TRUE(image("Image: 'cat*'", "cat"));
  EXPECT_TRUE(image("Image: '*'", ""));
  EXPECT_TRUE(image("Image: '*a*b*'", "xaxbx"));
  EXPECT_FALSE(image("Image: '*a*b'", "ba"));
  EXPECT_TRUE(image("Image: '*ab'", "aab"));
  EXPECT_TRUE(image("Image: 'a**b'", "ab"));
  EXPECT_FALSE(image("Image: '?'", ""));
  EXPECT_TRUE(image("Image: '*?'", "x"));
}

TEST(Values, QuestionMarkIsACharacter) {
  EXPECT_TRUE(image("Image: 'c?t'", "c\u00e9t"));
  EXPECT_FALSE(image("Image: 'c??t'", "c\u00e9t"));
}

TEST(Values, Escapes) {
  EXPECT_TRUE(image(R"(Image: 'a\*b')", "a*b"));
  EXPECT_FALSE(image(R"(Image: 'a\*b')", "axb"));
  EXPECT_TRUE(image(R"(Image: 'a\?b')", "a?b"));
  EXPECT_FALSE(image(R"(Image: 'a\?b')", "axb"));
  EXPECT_TRUE(image(R"(Image: 'a\b')", R"(a\b)"));
  EXPECT_TRUE(image(R"(Image: 'a\\b')", R"(a\b)"));
  EXPECT_TRUE(image(R"(Image: 'a\\*')", R"(a\xyz)"));
  EXPECT_TRUE(image(R"(Image: 'a\\\*')", R"(a\*)"));
  EXPECT_FALSE(image(R"(Image: 'a\\\*')", R"(a\xyz)"));
  EXPECT_TRUE(image(R"(Image: 'a\\\\b')", R"(a\\b)"));
  EXPECT_TRUE(image(R"(Image: 'a\')", R"(a\)"));
}

TEST(Values, NullMeansAbsent) {
  EXPECT_TRUE(matches(detection("Image: null"), {}));
  EXPECT_TRUE(matches(detection("Image:"), {}));
  EXPECT_FALSE(image("Image: null", ""));
  EXPECT_TRUE(image("Image: 'null'", "null"));
}

TEST(Keywords, AnyStringValue) {
  const std::string keywords = "  k: [evil, 'b?d']\n  condition: k\n";
  EXPECT_TRUE(matches(keywords, {{Field::kCommandLine, "so EVIL!"}}));
  EXPECT_TRUE(matches(keywords, {{Field::kUser, "a bad one"}}));
  EXPECT_FALSE(matches(keywords, {{Field::kUser, "good"}}));
  EXPECT_FALSE(matches(keywords, {}));
}

TEST(Keywords, All) {
  const std::string keywords = "  k:\n    '|all': [one, two]\n  condition: k\n";
  EXPECT_TRUE(matches(keywords, {{Field::kCommandLine, "one"}, {Field::kUser, "two"}}));
  EXPECT_FALSE(matches(keywords, {{Field::kCommandLine, "one"}}));
}

TEST(Keywords, MixWithMaps) {
  const std::string mixed = "  k:\n    - evil\n    - {User: root}\n  condition: k\n";
  EXPECT_TRUE(matches(mixed, {{Field::kUser, "root"}}));
  EXPECT_TRUE(matches(mixed, {{Field::kImage, "/evil"}}));
  EXPECT_FALSE(matches(mixed, {{Field::kUser, "rooty"}}));
}

TEST(Modifiers, ContainsStartswithEndswith) {
  EXPECT_TRUE(image("Image|contains: BIN", "/usr/bin/x"));
  EXPECT_FALSE(image("Image|contains: sbin", "/usr/bin/x"));
  EXPECT_TRUE(image("Image|startswith: /USR", "/usr/bin"));
  EXPECT_FALSE(image("Image|startswith: usr", "/usr/bin"));
  EXPECT_TRUE(image("Image|endswith: /X", "/bin/x"));
  EXPECT_FALSE(image("Image|endswith: /x", "/x/y"));
  EXPECT_TRUE(image("Image|contains: 'a*c'", "xabcx"));
  EXPECT_TRUE(image("Image|startswith: 'a?c'", "abcd"));
  EXPECT_TRUE(image(R"(Image|contains: '\*')", "a*b"));
  EXPECT_FALSE(image(R"(Image|contains: '\*')", "ab"));
}

TEST(Modifiers, All) {
  EXPECT_TRUE(image("Image|contains|all: [a, b]", "ba"));
  EXPECT_FALSE(image("Image|contains|all: [a, b]", "a"));
  EXPECT_TRUE(image("Image|all|contains: [a, b]", "ba"));
}

TEST(Modifiers, AllNeedsSeveral) {
  EXPECT_EQ(mistake("Image|contains|all: a"), "7:5: the modifier 'all' needs a list of two or more values");
  EXPECT_EQ(mistake("Image|contains|all: [a]"), "7:5: the modifier 'all' needs a list of two or more values");
}

TEST(Modifiers, Cased) {
  EXPECT_TRUE(image("Image|cased: Cat", "Cat"));
  EXPECT_FALSE(image("Image|cased: Cat", "cat"));
  EXPECT_TRUE(image("Image|contains|cased: A", "xAx"));
  EXPECT_FALSE(image("Image|cased|endswith: A", "xa"));
}

TEST(Modifiers, Neq) {
  EXPECT_TRUE(image("Image|neq: a", "b"));
  EXPECT_FALSE(image("Image|neq: a", "A"));
  EXPECT_FALSE(image("Image|neq: [a, b]", "b"));
  EXPECT_TRUE(image("Image|neq: [a, b]", "c"));
  EXPECT_TRUE(image("Image|contains|neq: a", "b"));
  EXPECT_TRUE(matches(detection("Image|neq: a"), {}));
}

TEST(Modifiers, Regex) {
  EXPECT_TRUE(image("Image|re: '^/usr/s?bin/[a-c]+$'", "/usr/bin/cab"));
  EXPECT_FALSE(image("Image|re: '^/usr/s?bin/[a-c]+$'", "/usr/bin/cat"));
  EXPECT_TRUE(image("Image|re: 'b.n'", "/usr/bin/x"));
  EXPECT_FALSE(image("Image|re: USR", "/usr/bin"));
  EXPECT_TRUE(image("Image|re: ['x', 'y']", "y"));
  EXPECT_FALSE(matches(detection("Image|re: '.*'"), {}));
}

TEST(Modifiers, RegexFlags) {
  EXPECT_TRUE(image("Image|re|i: USR", "/usr/bin"));
  EXPECT_FALSE(image("Image|re: '^b'", "a\nb"));
  EXPECT_TRUE(image("Image|re|m: '^b'", "a\nb"));
  EXPECT_FALSE(image("Image|re: 'a.b'", "a\nb"));
  EXPECT_TRUE(image("Image|re|s: 'a.b'", "a\nb"));
  EXPECT_TRUE(image("Image|re|i|s: 'A.B'", "a\nb"));
}

TEST(Modifiers, RegexIsNotHiddenByBadUtf8) {
  EXPECT_TRUE(image("Image|re: '^a.*b$'",
                    "a\xff\xfe"
                    "b"));
  EXPECT_TRUE(image("Image|re: '^\u00e9.t$'", "\u00e9\u00e8t"));
}

TEST(Modifiers, RegexMistake) {
  EXPECT_EQ(mistake("Image|re: '('"), "7:15: expected an RE2 regular expression, found '(': missing ): (");
}

bool ip(const std::string& item, const std::string& value) {
  Compiled compiled = testing::compile_text(
      "title: T\nid: x\nlevel: low\nlogsource: {category: network_connection}\n"
      "detection:\n" +
      detection(item));
  if (!compiled.rules) {
    ADD_FAILURE() << compiled.errors[0].text();
    return false;
  }
  Record event = testing::record(Category::kNetworkConnection, {{Field::kDestinationIp, value}});
  return !Matcher(compiled.rules).match(event, 1).empty();
}

TEST(Modifiers, Cidr) {
  EXPECT_TRUE(ip("DestinationIp|cidr: 10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(ip("DestinationIp|cidr: 10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(ip("DestinationIp|cidr: 10.16.0.0/12", "10.31.255.255"));
  EXPECT_FALSE(ip("DestinationIp|cidr: 10.16.0.0/12", "10.32.0.0"));
  EXPECT_TRUE(ip("DestinationIp|cidr: [192.168.0.0/16, '2001:db8::/33']", "2001:db8:7fff::1"));
  EXPECT_FALSE(ip("DestinationIp|cidr: '2001:db8::/33'", "2001:db8:8000::1"));
  EXPECT_TRUE(ip("DestinationIp|cidr: 0.0.0.0/0", "1.2.3.4"));
  EXPECT_FALSE(ip("DestinationIp|cidr: 0.0.0.0/0", "::1"));
  EXPECT_TRUE(ip("DestinationIp|cidr: '::1'", "::1"));
  EXPECT_FALSE(ip("DestinationIp|cidr: 10.0.0.0/8", "ten"));
}

TEST(Modifiers, CidrMistakes) {
  for (const char* bad : {"10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1", "x", "'::/129'", "''"}) {
    EXPECT_NE(mistake(std::string("Image|cidr: ") + bad).find("7:17: expected an address range"), std::string::npos);
  }
}

TEST(Modifiers, Comparisons) {
  auto pid = [](const std::string& item, const std::string& value) {
    return matches(detection(item), {{Field::kProcessId, value}});
  };
  EXPECT_TRUE(pid("ProcessId|lt: 10", "9"));
  EXPECT_FALSE(pid("ProcessId|lt: 10", "10"));
  EXPECT_TRUE(pid("ProcessId|lte: 10", "10"));
  EXPECT_TRUE(pid("ProcessId|gt: 9", "10"));
  EXPECT_FALSE(pid("ProcessId|gt: 10", "10"));
  EXPECT_TRUE(pid("ProcessId|gte: 10", "10"));
  EXPECT_TRUE(pid("ProcessId|gt: 1.5", "2"));
  EXPECT_TRUE(pid("ProcessId|gt: -1", "0"));
  EXPECT_FALSE(pid("ProcessId|gt: 1", "many"));
  EXPECT_FALSE(matches(detection("ProcessId|lt: 10"), {}));
  EXPECT_EQ(mistake("ProcessId|gt: many"), "7:19: expected a number, found 'many'");
}

TEST(Modifiers, Exists) {
  EXPECT_TRUE(image("Image|exists: true", ""));
  EXPECT_FALSE(image("Image|exists: false", "x"));
  EXPECT_TRUE(matches(detection("Image|exists: false"), {}));
  EXPECT_FALSE(matches(detection("Image|exists: true"), {}));
}

TEST(Modifiers, ExistsMistake) {
  EXPECT_EQ(mistake("Image|exists: 1"), "7:19: expected true or false after 'exists', found '1'");
}

TEST(Modifiers, Mistakes) {
  EXPECT_EQ(mistake("Image|contians: a"),
            "7:5: expected a modifier (all, cased, neq, i, m, s, contains, startswith, endswith, re, cidr, exists, lt, "
            "lte, gt, gte), found 'contians'; did you mean 'contains'?");
  EXPECT_EQ(mistake("Image|contains|endswith: a"),
            "7:5: the modifiers 'contains' and 'endswith' cannot be combined; keep one");
  EXPECT_EQ(mistake("Image|i: a"), "7:5: the modifiers i, m and s belong after 're'");
  EXPECT_EQ(mistake("Image|re|cased: a"), "7:5: the modifier 'cased' is for text, not with 're'");
  EXPECT_NE(mistake("Image|: a").find("found ''"), std::string::npos);
  EXPECT_EQ(mistake("Image|contains: null"),
            "7:21: expected a value, found null; null stands alone after a field without modifiers");
  EXPECT_EQ(mistake("Image: {a: b}"), "7:12: expected a value, found a map");
  EXPECT_EQ(mistake("Image: [[a]]"), "7:13: expected a value, found a list");
  EXPECT_EQ(mistake("Image: []"), "7:12: expected values, found an empty list");
}

TEST(Modifiers, ThoseOfTheSpecificationWeLackMakeARuleDead) {
  for (const char* modifier : {"windash", "base64offset", "expand", "fieldref", "hour"}) {
    Compiled compiled = testing::compile_text(rule_text(detection(std::string("Image|") + modifier + "|contains: a")));
    ASSERT_TRUE(compiled.errors.empty());
    EXPECT_EQ(compiled.infos[0].dead, std::string("the modifier '") + modifier + "' is not supported");
  }
}

}  // namespace
}  // namespace vedette::rules
