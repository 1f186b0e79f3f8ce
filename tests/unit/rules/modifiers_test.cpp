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
            "7:5: expected a modifier (contains, startswith, endswith, all, cased, neq, exists, re, i, m, s, cidr, lt, "
            "lte, gt, gte, minute, hour, day, week, month, year, windash, base64, base64offset, utf16le, utf16be, "
            "utf16, wide, expand, fieldref), found 'contians'; did you mean 'contains'?");
  EXPECT_EQ(mistake("Image|contains|endswith: a"),
            "7:5: the modifiers 'contains' and 'endswith' cannot be combined; keep one");
  EXPECT_EQ(mistake("Image|i: a"), "7:5: the modifiers i, m and s belong after 're'");
  EXPECT_EQ(mistake("Image|re|i|i: a"), "7:5: the modifier 'i' is there twice; keep one");
  EXPECT_EQ(mistake("Image|i|re: a"), "7:5: the modifiers i, m and s belong after 're'");
  EXPECT_EQ(mistake("Image|re|cased: a"),
            "7:5: the modifiers 're' and 'cased' cannot be combined; an expression minds case already");
  EXPECT_EQ(mistake("Image|contains|re: a"),
            "7:5: the modifiers 'contains' and 're' cannot be combined; an expression is looked for anywhere, ^ and $ "
            "tie it to the ends");
  EXPECT_EQ(mistake("Image|exists|neq: true"),
            "7:5: the modifiers 'exists' and 'neq' cannot be combined; 'exists' stands alone");
  EXPECT_EQ(mistake("Image|contains|cidr: a"), "7:5: the modifiers 'contains' and 'cidr' cannot be combined");
  EXPECT_EQ(mistake("Image|lt|gt: 1"), "7:5: the modifiers 'lt' and 'gt' cannot be combined; keep one");
  EXPECT_EQ(mistake("Image|contains|wide|base64offset: a"),
            "7:5: the modifiers 'contains' and 'wide' cannot be combined in this order; write 'wide|contains'");
  EXPECT_EQ(mistake("Image|base64|windash: a"),
            "7:5: the modifiers 'base64' and 'windash' cannot be combined in this order; write 'windash|base64'");
  EXPECT_EQ(mistake("Image|wide|utf16: a"), "7:5: the modifiers 'wide' and 'utf16' cannot be combined; keep one");
  EXPECT_EQ(mistake("Image|expand|fieldref: a"), "7:5: the modifiers 'expand' and 'fieldref' cannot be combined");
  EXPECT_EQ(mistake("'|exists': true"), "7:5: the modifier 'exists' is for a field, found none before it");
  EXPECT_EQ(mistake("'': a"), "7:5: expected a field, or '|all' for keywords, found ''");
  EXPECT_NE(mistake("Image|: a").find("found ''"), std::string::npos);
  EXPECT_EQ(mistake("Image|contains: null"),
            "7:21: expected a value, found null; null stands alone after a field without modifiers");
  EXPECT_EQ(mistake("Image: {a: b}"), "7:12: expected a value, found a map");
  EXPECT_EQ(mistake("Image: [[a]]"),
            "7:13: expected a value, found a list inside of a list; write its values one below the other");
  EXPECT_EQ(mistake("Image: [a, null]"), "7:16: null cannot be part of a list; put it into a selection of its own");
  EXPECT_EQ(mistake("Image|exists: [true, false]"), "7:19: expected true or false after 'exists', found a list");
  EXPECT_EQ(mistake("Image: []"), "7:12: expected values, found an empty list");
}

TEST(Modifiers, EveryUnknownOneIsReported) {
  EXPECT_EQ(testing::mistakes(rule_text(detection("Image|contans|al: [a, b]"))).size(), 2U);
}

TEST(Modifiers, OfTextInAnyOrder) {
  EXPECT_TRUE(image("Image|all|windash|contains|cased: ['-a', '-b']", "x /a –b"));
  EXPECT_FALSE(image("Image|cased|contains|windash|all: ['-a', '-b']", "x /A –b"));
  EXPECT_FALSE(image("Image|cased|contains|windash|all: ['-a', '-b']", "x /a"));
}

TEST(Modifiers, Base64) {
  EXPECT_TRUE(image("Image|base64: foobar", "Zm9vYmFy"));
  EXPECT_TRUE(image("Image|base64|contains: foobar", "echo Zm9vYmFy|base64"));
  EXPECT_TRUE(image("Image|base64: foobar", "zm9vymfy"));
  EXPECT_FALSE(image("Image|base64|cased: foobar", "zm9vymfy"));
  EXPECT_TRUE(image(R"(Image|base64: '\*\?')", "Kj8="));
  EXPECT_EQ(mistake("Image|base64: 'a*'"),
            "7:19: expected a value without wildcards, for it is encoded, found 'a*'; write \\* and \\? for the "
            "characters themselves");
  EXPECT_EQ(mistake("Image|base64: ''"), "7:19: expected 1 or more bytes to encode, found ''");
}

TEST(Modifiers, Base64AtEveryOffset) {
  const std::string item = "Image|base64offset|contains: http://";
  EXPECT_TRUE(image(item, "aHR0cDovL3guZXhhbXBsZQ=="));
  EXPECT_TRUE(image(item, "IGh0dHA6Ly94LmV4YW1wbGU="));
  EXPECT_TRUE(image(item, "ICBodHRwOi8veC5leGFtcGxl"));
  EXPECT_FALSE(image(item, "aHR0cHM6Ly94"));
  EXPECT_EQ(mistake("Image|base64offset|contains: a"), "7:34: expected 2 or more bytes to encode, found 'a'");
}

TEST(Modifiers, WideTextInBase64) {
  const std::string item = "Image|wide|base64offset|contains: ['IEX', 'New-Object']";
  EXPECT_TRUE(image(item, "powershell -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA"));
  EXPECT_FALSE(image(item, "powershell -enc SUVYIChOZXctT2JqZWN0"));
  EXPECT_TRUE(image("Image|all|utf16le|base64offset|contains: ['IEX', 'New-Object']",
                    "SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA"));
}

TEST(Modifiers, Utf16) {
  EXPECT_TRUE(image("Image|utf16le: cmd", std::string("c\0m\0d\0", 6)));
  EXPECT_TRUE(image("Image|wide: cmd", std::string("c\0m\0d\0", 6)));
  EXPECT_TRUE(image("Image|utf16be: cmd", std::string("\0c\0m\0d", 6)));
  EXPECT_TRUE(image("Image|utf16: cmd", std::string("\xff\xfe"
                                                    "c\0m\0d\0",
                                                    8)));
  EXPECT_FALSE(image("Image|utf16be: cmd", std::string("c\0m\0d\0", 6)));
  EXPECT_NE(mistake("Image|wide: 'c?d'").find("without wildcards"), std::string::npos);
}

TEST(Modifiers, Windash) {
  for (const char* dash : {"-", "/", "–", "—", "―"}) {
    EXPECT_TRUE(image("Image|windash|contains: ' -exec '", std::string("x ") + dash + "EXEC y")) << dash;
    EXPECT_TRUE(image("Image|contains|windash: ' /exec '", std::string("x ") + dash + "exec y")) << dash;
  }
  EXPECT_FALSE(image("Image|windash|contains: ' -exec '", "x +exec y"));
  EXPECT_TRUE(image("Image|windash: 'a-b -c*'", "a-b /cde"));
  EXPECT_FALSE(image("Image|windash: 'a-b -c'", "a/b -c"));
  EXPECT_EQ(mistake("Image|windash: '-a -b -c -d -e'"),
            "7:20: stands for more than 1000 values; split it into a list of shorter ones");
}

TEST(Modifiers, FieldReferences) {
  auto same = [](const std::string& item, const std::string& image, const std::string& parent) {
    return matches(detection(item), {{Field::kImage, image}, {Field::kParentImage, parent}});
  };
  EXPECT_TRUE(same("Image|fieldref: ParentImage", "/bin/A", "/bin/a"));
  EXPECT_FALSE(same("Image|fieldref: ParentImage", "/bin/a", "/bin/b"));
  EXPECT_FALSE(same("Image|fieldref|cased: ParentImage", "/bin/A", "/bin/a"));
  EXPECT_TRUE(same("Image|fieldref|neq: ParentImage", "/bin/a", "/bin/b"));
  EXPECT_TRUE(same("Image|fieldref|startswith: ParentImage", "/bin/ab", "/bin/a"));
  EXPECT_TRUE(same("Image|endswith|fieldref: ParentImage", "/usr/bin/a", "/bin/a"));
  EXPECT_TRUE(same("Image|fieldref|contains: ParentImage", "x/bin/ay", "/bin/a"));
  EXPECT_FALSE(same("Image|fieldref|contains: ParentImage", "/bin/a", "/bin/ab"));
  EXPECT_TRUE(same("Image|fieldref: [User, ParentImage]", "a*", "a*"));
  EXPECT_FALSE(matches(detection("Image|fieldref: ParentImage"), {}));
  EXPECT_EQ(mistake("Image|fieldref: McpSever"), "7:21: there is no field 'McpSever'; did you mean 'McpServer'?");
}

TEST(Modifiers, AReferenceToAFieldNoEventHasIsDead) {
  Compiled compiled = testing::compile_text(rule_text(detection("Image|fieldref: ParentImag")));
  ASSERT_TRUE(compiled.rules);
  EXPECT_EQ(compiled.infos[0].dead, "no event has a field 'ParentImag'; did you mean 'ParentImage'?");
  EXPECT_EQ(testing::compile_text(rule_text(detection("Image|fieldref|neq: DestinationIp"))).infos[0].dead, "");
}

TEST(Modifiers, PartsOfTimes) {
  const std::string friday = "2021-01-01T23:45:10.5Z";
  for (const char* item : {"Image|minute: 45", "Image|hour: 23", "Image|day: 1", "Image|week: 53", "Image|month: 1",
                           "Image|year: 2021", "Image|hour|gte: 22", "Image|gte|hour: 22", "Image|month|neq: 2",
                           "Image|hour: [1, 23]", "Image|year|lt: 2022", "Image|day|lte: 1", "Image|minute|gt: 44"}) {
    EXPECT_TRUE(image(item, friday)) << item;
    EXPECT_EQ(image(item, "today"), std::string(item).find("neq") != std::string::npos) << item;
  }
  EXPECT_FALSE(image("Image|hour|lt: 8", friday));
  EXPECT_EQ(mistake("Image|hour: 24"), "7:17: expected a number from 0 to 23 after 'hour', found '24'");
  EXPECT_EQ(mistake("Image|week: first"), "7:17: expected a number from 1 to 53 after 'week', found 'first'");
}

bool expanded(const std::string& item, const std::string& value) {
  CompileOptions options;
  options.placeholders = {{"Admins", {"root", "adm_*"}}, {"nets", {"10.0.0.0/8", "192.168.0.0/16"}}, {"none", {}}};
  Compiled compiled = compile({{"r.yml", rule_text(detection(item))}}, options);
  if (!compiled.rules) {
    ADD_FAILURE() << compiled.errors[0].text();
    return false;
  }
  EXPECT_EQ(compiled.infos[0].dead, "");
  auto event = testing::record(Category::kProcessCreation, {{Field::kImage, value}});
  return !Matcher(compiled.rules).match(event, 1).empty();
}

TEST(Modifiers, PlaceholdersStandForTheirValues) {
  EXPECT_TRUE(expanded("Image|expand: '%Admins%'", "ROOT"));
  EXPECT_TRUE(expanded("Image|expand: '%Admins%'", "adm_joe"));
  EXPECT_FALSE(expanded("Image|expand: '%Admins%'", "joe"));
  EXPECT_TRUE(expanded("Image|contains|expand: '/%Admins%/'", "/home/root/x"));
  EXPECT_TRUE(expanded("Image|expand|neq: '%Admins%'", "joe"));
  EXPECT_TRUE(expanded("Image: '%Admins%'", "%Admins%"));
  EXPECT_TRUE(expanded("Image|cidr|expand: '%nets%'", "192.168.3.4"));
  EXPECT_TRUE(expanded("Image|re|expand: '^(%Admins%)$'", "root"));
  EXPECT_FALSE(expanded("Image|expand: '%none%'", ""));
  EXPECT_TRUE(expanded("Image|expand|all|contains: ['%Admins%', x]", "xroot"));
}

TEST(Modifiers, APlaceholderNobodyDefinedMakesARuleDead) {
  Compiled compiled =
      testing::compile_text(rule_text("  s: {Image: a}\n  t: {User|expand: [x, '%Servers%']}\n  condition: s or t\n"));
  ASSERT_TRUE(compiled.rules);
  EXPECT_EQ(compiled.infos[0].dead,
            "the placeholder '%Servers%' has no values; give it some under 'placeholders:' in the configuration");
}

TEST(Modifiers, WhatRe2CannotMatchIsNamedInItsPlace) {
  EXPECT_EQ(mistake("Image|re: '^/tmp/(?!x).*''?'"),
            "7:22: expected an expression RE2 can match, found a negative lookahead '(?!' at character 7 of it; put "
            "what must be there and what must not into two selections, and 'and' or 'and not' into the condition");
  EXPECT_EQ(mistake("Image|re: a++"),
            "7:16: expected an expression RE2 can match, found a possessive quantifier '++' at character 2 of it; "
            "leave its '+' out; RE2 never backtracks");
}

TEST(Modifiers, WhatRe2CannotMatchIsNoMistakeOfARuleThatIsDeadAnyway) {
  Compiled compiled = testing::compile_text(
      "title: T\nlogsource: {product: windows, category: process_creation}\n"
      "detection: {s: {CommandLine|re: '(?=a)b'}, condition: s}\n");
  ASSERT_TRUE(compiled.rules);
  EXPECT_NE(compiled.infos[0].dead, "");
}

TEST(Values, CaseIsIgnoredInEveryScript) {
  EXPECT_TRUE(image("Image: /home/ÉLÈVE/*", "/home/élève/x"));
  EXPECT_TRUE(image("Image|contains: ПРИВЕТ", "о, привет"));
  EXPECT_FALSE(image("Image|cased|contains: ПРИВЕТ", "о, привет"));
  EXPECT_TRUE(matches("  k: [straße, ΟΔΟΣ]\n  condition: k\n", {{Field::kUser, "οδος"}}));
}

}  // namespace
}  // namespace vedette::rules
