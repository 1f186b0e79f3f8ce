// SPDX-License-Identifier: Apache-2.0
// What the Sigma specification 2.1 says or shows, sentence by sentence; each is quoted before its test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::matches;
using testing::mistakes;
using testing::rule_text;

constexpr Field kImage = Field::kImage;
constexpr Field kLine = Field::kCommandLine;
constexpr Field kUser = Field::kUser;

bool item(const std::string& written, const std::string& value, Field field = kImage) {
  return matches("  selection:\n    " + written + "\n  condition: selection\n", {{field, value}});
}

std::string refusal(const std::string& written) {
  return testing::only_mistake(rule_text("  selection:\n    " + written + "\n  condition: selection\n"));
}

// Rules specification, "File Structure": title, logsource and detection are required, all else is optional.
TEST(Specification, RequiredSections) {
  EXPECT_THAT(mistakes("title: T\nlogsource: {product: linux}\ndetection: {s: {a: b}, condition: s}\n"), IsEmpty());
  EXPECT_THAT(mistakes("logsource: {product: linux}\ndetection: {s: {a: b}, condition: s}\n").at(0),
              HasSubstr("'title'"));
  EXPECT_THAT(mistakes("title: T\ndetection: {s: {a: b}, condition: s}\n").at(0), HasSubstr("'logsource'"));
  EXPECT_THAT(mistakes("title: T\nlogsource: {product: linux}\n").at(0), HasSubstr("'detection'"));
}

// "Below is a simple Sigma rule example"
TEST(Specification, TheSimpleExample) {
  Compiled compiled = compile_text(
      "title: Whoami Execution\ndescription: Detects a whoami.exe execution\nreferences:\n"
      "      - https://speakerdeck.com/x\nauthor: Florian Roth\ndate: 2019-10-23\nlogsource:\n"
      "    category: process_creation\n    product: windows\ndetection:\n    selection:\n"
      "        Image: 'C:\\Windows\\System32\\whoami.exe'\n    condition: selection\nlevel: high\n");
  ASSERT_TRUE(compiled.rules);
  EXPECT_EQ(compiled.infos[0].title, "Whoami Execution");
  EXPECT_THAT(compiled.infos[0].notes, IsEmpty());
  EXPECT_THAT(compiled.infos[0].dead, HasSubstr("windows"));
}

// "The category, product and service can be used alone or in any combination."
TEST(Specification, LogSourcesInAnyCombination) {
  for (const char* source :
       {"{category: firewall}", "{product: windows}", "{service: sshd}", "{product: a, service: b}",
        "{category: a, product: b, service: c, definition: d, custom: e}"}) {
    EXPECT_THAT(mistakes(std::string("title: T\nlogsource: ") + source + "\ndetection: {s: {a: b}, condition: s}\n"),
                IsEmpty());
  }
}

// "Other taxonomy must be handled by the used tool or transformed into the default taxonomy."
TEST(Specification, OtherTaxonomiesAreSaidNotToBeHandled) {
  Compiled compiled = compile_text("taxonomy: ecs\n" + rule_text("  s: {Image: a}\n  condition: s\n"));
  EXPECT_EQ(compiled.infos.at(0).dead, "the taxonomy 'ecs' is not supported, only 'sigma' is");
}

// "All values are treated as case-insensitive strings."
TEST(Specification, ValuesAreCaseInsensitiveStrings) {
  EXPECT_TRUE(item("Image: ABC", "abc"));
  EXPECT_TRUE(item("Image: 517", "517"));
}

// "Regular expressions are case-sensitive by default."
TEST(Specification, RegularExpressionsAreCaseSensitive) {
  EXPECT_FALSE(item("Image|re: ABC", "abc"));
  EXPECT_TRUE(item("Image|re|i: ABC", "abc"));
}

// "`?` to replace a single mandatory character", "`*` to replace an unbounded length wildcard"
TEST(Specification, Wildcards) {
  for (const char* program : {"progA.exe", "progB.exe"}) {
    EXPECT_TRUE(item("Image: 'prog?.exe'", program));
  }
  EXPECT_FALSE(item("Image: 'prog?.exe'", "prog.exe"));
  EXPECT_TRUE(item("Image: 'antivirus_V*.exe'", "antivirus_V1.exe"));
  EXPECT_TRUE(item("Image: 'antivirus_V*.exe'", "antivirus_V21.2.1.exe"));
}

// "Plain backslash not followed by a wildcard can be expressed as single `\` or double backslash `\\`."
TEST(Specification, PlainBackslashes) {
  EXPECT_TRUE(item(R"(Image: 'a\b')", R"(a\b)"));
  EXPECT_TRUE(item(R"(Image: 'a\\b')", R"(a\b)"));
}

// "A wildcard has to be escaped to be handled as a plain character. eg: `\*`, `\?`."
TEST(Specification, EscapedWildcards) {
  EXPECT_TRUE(item(R"(Image: 'a\*')", "a*"));
  EXPECT_FALSE(item(R"(Image: 'a\*')", "ab"));
  EXPECT_TRUE(item(R"(Image: 'a\?')", "a?"));
  EXPECT_FALSE(item(R"(Image: 'a\?')", "ab"));
}

// "The backslash before a wildcard has to be escaped to handle the value as a backslash followed by a wildcard: `\\*`."
TEST(Specification, BackslashBeforeAWildcard) {
  EXPECT_TRUE(item(R"(Image: 'a\\*')", R"(a\bc)"));
  EXPECT_FALSE(item(R"(Image: 'a\\*')", "abc"));
  EXPECT_TRUE(item(R"(Image: 'a\\?')", R"(a\b)"));
}

// "Three backslashes are necessary to escape both, the backslash and the wildcard and handle them as plain values"
TEST(Specification, BackslashAndWildcardAsPlainValues) {
  EXPECT_TRUE(item(R"(Image: 'a\\\*')", R"(a\*)"));
  EXPECT_FALSE(item(R"(Image: 'a\\\*')", R"(a\b)"));
}

// "Three or four backslashes are handled as double backslash."
TEST(Specification, ThreeOrFourBackslashes) {
  EXPECT_TRUE(item(R"(Image: 'a\\\b')", R"(a\\b)"));
  EXPECT_TRUE(item(R"(Image: 'a\\\\b')", R"(a\\b)"));
}

// "strings that are applied to the full log message and are linked with a logical 'OR'"
TEST(Specification, ListsOfStrings) {
  const std::string keywords = "  keywords:\n    - 'EVILSERVICE'\n    - 'svchost.exe -n evil'\n  condition: keywords\n";
  EXPECT_TRUE(matches(keywords, {{kUser, "the EvilService"}}));
  EXPECT_TRUE(matches(keywords, {{kLine, "svchost.exe -n evil"}}));
  EXPECT_FALSE(matches(keywords, {{kLine, "svchost.exe"}}));
}

// "All map items of a list are logically linked with 'OR'."
TEST(Specification, ListsOfMaps) {
  const std::string maps =
      "  selection:\n    - Image|endswith: '\\\\example.exe'\n    - CommandLine|contains: 'Test executable'\n"
      "  condition: selection\n";
  EXPECT_TRUE(matches(maps, {{kImage, R"(C:\example.exe)"}}));
  EXPECT_TRUE(matches(maps, {{kLine, "a test executable"}}));
  EXPECT_FALSE(matches(maps, {{kImage, "example.exe"}}));
}

// "All elements of a map are joined with a logical 'AND'." and a list of values with OR
TEST(Specification, Maps) {
  const std::string map =
      "  selection:\n    User: Security\n    ProcessId:\n      - 517\n      - 1102\n  condition: selection\n";
  EXPECT_TRUE(matches(map, {{kUser, "Security"}, {Field::kProcessId, "1102"}}));
  EXPECT_FALSE(matches(map, {{kUser, "Security"}, {Field::kProcessId, "518"}}));
  EXPECT_FALSE(matches(map, {{Field::kProcessId, "517"}}));
}

// "An empty value is defined with ''", "A null value is defined with null"
TEST(Specification, EmptyAndNull) {
  EXPECT_TRUE(item("Image: ''", ""));
  EXPECT_FALSE(item("Image: null", ""));
  EXPECT_TRUE(item("Image: null", "x", kUser));
  EXPECT_FALSE(item("Image: ''", "x", kUser));
}

// "To get an expression that says `not null` you have to create another selection and negate it in the condition."
TEST(Specification, NotNull) {
  const std::string rule = "  selection: {User: a}\n  filter: {Image: null}\n  condition: selection and not filter\n";
  EXPECT_TRUE(matches(rule, {{kUser, "a"}, {kImage, "x"}}));
  EXPECT_FALSE(matches(rule, {{kUser, "a"}}));
}

// "Valid Example" and "Invalid Example" of null
TEST(Specification, NullIsNoPartOfAList) {
  const std::string valid =
      "  selection_main: {User: something}\n  selection_empty1: {Image: ''}\n  selection_empty2: {Image: null}\n"
      "  condition: selection_main and 1 of selection_empty*\n";
  EXPECT_TRUE(matches(valid, {{kUser, "something"}}));
  EXPECT_TRUE(matches(valid, {{kUser, "something"}, {kImage, ""}}));
  EXPECT_FALSE(matches(valid, {{kUser, "something"}, {kImage, "x"}}));
  EXPECT_THAT(refusal("Image:\n      - ''\n      - null"), HasSubstr("null cannot be part of a list"));
}

// "In some case a field can be optional in the event. You can use the `exists` modifiers to check it."
// "this check only verifies the presence of a field, not its value"
TEST(Specification, Existence) {
  EXPECT_TRUE(item("Image|exists: true", ""));
  EXPECT_FALSE(item("Image|exists: false", ""));
  EXPECT_TRUE(item("Image|exists: false", "x", kUser));
}

// "The value modifiers are applied in the given order to the value."
TEST(Specification, ModifiersInTheGivenOrder) {
  EXPECT_TRUE(item("Image|utf16le|base64: cmd", "YwBtAGQA"));
  EXPECT_TRUE(item("Image|base64|utf16le: cmd", std::string("Y\0\x32\0\x31\0k\0", 8)));
}

// "`field: %name%` handles `%name%` as literal value", "`field|expand: %name%` handles `%name%` as placeholder",
// "`field|expand: \%plain%name%` handles `%plain` as plain value and `%name%` as placeholder"
TEST(Specification, Placeholders) {
  EXPECT_TRUE(item("Image: '%name%'", "%name%"));
  CompileOptions options;
  options.placeholders = {{"name", {"srv*"}}};
  const std::string rule =
      rule_text("  s: {Image|expand: '%name%'}\n  t: {User|expand: '\\%plain%name%'}\n  condition: 1 of them\n");
  Compiled compiled = compile({{"r.yml", rule}}, options);
  ASSERT_TRUE(compiled.rules);
  Matcher matcher(compiled.rules);
  EXPECT_EQ(matcher.match(testing::record(Category::kProcessCreation, {{kImage, "srv01"}}), 1).size(), 1U);
  EXPECT_EQ(matcher.match(testing::record(Category::kProcessCreation, {{kUser, "%plainsrv02"}}), 1).size(), 1U);
  EXPECT_EQ(matcher.match(testing::record(Category::kProcessCreation, {{kImage, "%name%"}}), 1).size(), 0U);
}

// "If the tool isn't able to handle placeholders, it must reject the rule."
TEST(Specification, RulesWithUnknownPlaceholdersAreRejected) {
  Compiled compiled = compile_text(rule_text("  s: {Image|expand: '%Administrators%'}\n  condition: s\n"));
  EXPECT_THAT(compiled.infos.at(0).dead, HasSubstr("'%Administrators%' has no values"));
}

// "To have a and operator , we use the '|all': modifier"
TEST(Specification, AllKeywords) {
  const std::string rule =
      "  keywords_cmdlet:\n    '|all':\n      - 'OabVirtualDirectory'\n      - ' -ExternalUrl '\n"
      "  condition: keywords_cmdlet\n";
  EXPECT_TRUE(matches(rule, {{kLine, "Set-OabVirtualDirectory -ExternalUrl x"}}));
  EXPECT_FALSE(matches(rule, {{kLine, "Set-OabVirtualDirectory"}}));
}

bool condition(const std::string& written, const std::string& holding) {
  std::string detection;
  for (const char* name : {"selection1", "selection2", "keywords", "filter_a", "_hidden"}) {
    detection += std::string("  ") + name + ": {CommandLine|contains: '" + name + "'}\n";
  }
  return matches(detection + "  condition: " + written + "\n", {{kLine, holding}});
}

// "`1 of them` or AND (`all of them`) across all defined search identifiers not starting with an underscore"
TEST(Specification, OfThem) {
  EXPECT_TRUE(condition("1 of them", "keywords"));
  EXPECT_FALSE(condition("1 of them", "_hidden"));
  EXPECT_TRUE(condition("all of them", "selection1 selection2 keywords filter_a"));
  EXPECT_FALSE(condition("all of them", "selection1 selection2 keywords _hidden"));
}

// "Matching is done with * wildcards (any number of characters) at arbitrary positions in the pattern."
TEST(Specification, OfPatterns) {
  EXPECT_TRUE(condition("all of selection*", "selection1 selection2"));
  EXPECT_FALSE(condition("all of selection*", "selection1"));
  EXPECT_TRUE(condition("1 of selection* and keywords", "selection2 keywords"));
  EXPECT_TRUE(condition("1 of selection* and not 1 of filter*", "selection2"));
  EXPECT_FALSE(condition("1 of selection* and not 1 of filter*", "selection2 filter_a"));
  EXPECT_TRUE(condition("1 of s*2", "selection2"));
  EXPECT_TRUE(condition("1 of _*", "_hidden"));
}

// "Operator Precedence (least to most binding): or, and, not, x of search-identifier, ( expression )"
TEST(Specification, Precedence) {
  EXPECT_TRUE(condition("selection1 or selection2 and keywords", "selection1"));
  EXPECT_FALSE(condition("(selection1 or selection2) and keywords", "selection1"));
  EXPECT_FALSE(condition("not selection1 and keywords", "selection1"));
  EXPECT_TRUE(condition("not 1 of selection* or keywords", "filter_a"));
}

// "The condition can be a list, in this case, each of them generates a query. They are logically linked with OR."
TEST(Specification, ListsOfConditions) {
  EXPECT_TRUE(condition("[selection1 and selection2, keywords]", "keywords"));
  EXPECT_FALSE(condition("[selection1 and selection2, keywords]", "selection1"));
}

// Modifiers appendix. "Single item values are not allowed to have an `all` modifier"
TEST(Specification, AllIsForLists) {
  EXPECT_TRUE(item("CommandLine|contains|all: [-a, -b]", "x -b -a", kLine));
  EXPECT_FALSE(item("CommandLine|contains|all: [-a, -b]", "x -b", kLine));
  EXPECT_THAT(refusal("CommandLine|contains|all: -a"), HasSubstr("two or more values"));
}

// "(replaces e.g. 'adm\*')", "(replaces e.g. '\*\\cmd.exe')", "Puts `*` wildcards around the values"
TEST(Specification, WhatAnchorsReplace) {
  for (const char* written : {"Image: 'adm*'", "Image|startswith: adm"}) {
    EXPECT_TRUE(item(written, "adm_x")) << written;
    EXPECT_FALSE(item(written, "xadm")) << written;
  }
  for (const char* written : {R"(Image: '*\cmd.exe')", R"(Image|endswith: '\cmd.exe')"}) {
    EXPECT_TRUE(item(written, R"(C:\cmd.exe)")) << written;
    EXPECT_FALSE(item(written, R"(C:\cmd.exe.x)")) << written;
  }
  EXPECT_TRUE(item("Image|contains: b", "abc"));
}

// "`cased`: Values are applied case sensitively.", "`neq`: The field is different from the specified values."
TEST(Specification, CasedAndNeq) {
  EXPECT_FALSE(item("Image|cased: ABC", "abc"));
  EXPECT_TRUE(item("Image|neq: [a, b]", "c"));
  EXPECT_FALSE(item("Image|neq: [a, b]", "b"));
}

// "Creates all possible permutations of the `-`, `/`, `–` (en dash), `—` (em dash), and `―` (horizontal bar)"
TEST(Specification, Windash) {
  for (const char* line : {"x -a -b", "x /a -b", "x –a —b", "x ―a /b"}) {
    EXPECT_TRUE(item("CommandLine|windash|contains: '-a -b'", line, kLine)) << line;
  }
}

// "Wildcards: `.`. Anchors: `^`, `$`. Quantifiers. Character classes. Alternation. Grouping"
TEST(Specification, Metacharacters) {
  EXPECT_TRUE(item("Image|re: '^(a.c|x)[0-9]{2,3}[^a-z]?y*z+$'", "abc12-zz"));
  EXPECT_TRUE(item("Image|re|m: '^b$'", "a\nb\nc"));
  EXPECT_TRUE(item("Image|re|s: 'a.b'", "a\nb"));
}

// "`cmd` > `63 00 6d 00 64 00`", "`00 63 00 6d 00 64`", "`FF FE 63 00 6d 00 64 00`"
TEST(Specification, Encodings) {
  const std::string little("c\0m\0d\0", 6);
  EXPECT_TRUE(item("Image|utf16le: cmd", little));
  EXPECT_TRUE(item("Image|wide: cmd", little));
  EXPECT_TRUE(item("Image|utf16be: cmd", std::string("\0c\0m\0d", 6)));
  EXPECT_TRUE(item("Image|utf16: cmd", "\xff\xfe" + little));
  EXPECT_TRUE(item("Image|base64: cmd", "Y21k"));
  for (const char* encoded : {"eHggL2Jpbi9iYXNo", "eCAvYmluL2Jhc2g=", "L2Jpbi9iYXNo", "eHl6L2Jpbi9iYXNoIC1p"}) {
    EXPECT_TRUE(item("Image|base64offset|contains: /bin/bash", encoded)) << encoded;
  }
}

// "Field is less than the value", "less or equal", "greater", "greater or equal", "not equal"
TEST(Specification, Numbers) {
  EXPECT_TRUE(item("ProcessId|lt: 10", "9", Field::kProcessId));
  EXPECT_TRUE(item("ProcessId|lte: 10", "10", Field::kProcessId));
  EXPECT_TRUE(item("ProcessId|gt: 9", "10", Field::kProcessId));
  EXPECT_TRUE(item("ProcessId|gte: 10", "10", Field::kProcessId));
  EXPECT_TRUE(item("ProcessId|neq: 10", "11", Field::kProcessId));
}

// "it extracts a numeric value from a date"
TEST(Specification, Times) {
  for (const char* written :
       {"Image|minute: 59", "Image|hour: 0", "Image|day: 31", "Image|week: 1", "Image|month: 12", "Image|year: 2024"}) {
    EXPECT_TRUE(item(written, "2024-12-31T00:59:00")) << written;
    EXPECT_FALSE(item(written, "2025-06-15T12:30:00")) << written;
  }
}

// "Supports both IPv4 and IPv6 notations. Example: `DestinationIp|cidr: 10.0.0.0/8`"
TEST(Specification, Cidr) {
  EXPECT_TRUE(item("Image|cidr: 10.0.0.0/8", "10.1.2.3"));
  EXPECT_TRUE(item("Image|cidr: 2001:db8::/32", "2001:db8::1"));
}

// "A field reference can be used to compare fields of matched events", "Can be conbine with the `neq` modifier."
TEST(Specification, FieldReferences) {
  auto rule = [](const std::string& key) { return "  s: {" + key + ": ParentImage}\n  condition: s\n"; };
  EXPECT_TRUE(matches(rule("Image|fieldref"), {{kImage, "a"}, {Field::kParentImage, "a"}}));
  EXPECT_FALSE(matches(rule("Image|fieldref|neq"), {{kImage, "a"}, {Field::kParentImage, "a"}}));
}

// Filters specification. "It has no `level` or `status`"; the example of the specification
TEST(Specification, TheExampleOfAFilter) {
  const std::string rules =
      "title: Login\nid: 6f3e2987-db24-4c78-a860-b4f4095a7095\nlogsource: {category: process_creation}\n"
      "detection: {s: {Image: a}, condition: s}\n---\n";
  const std::string filter =
      "title: Filter Administrator account\ndescription: The valid administrator account start with adm_\n"
      "logsource:\n    category: process_creation\nfilter:\n    rules:\n"
      "        - 6f3e2987-db24-4c78-a860-b4f4095a7095 # Data Compressed - rar.exe\n    selection:\n"
      "        User|startswith: 'adm_'\n    condition: selection\n";
  Compiled compiled = compile_text(rules + filter);
  ASSERT_TRUE(compiled.rules);
  EXPECT_THAT(compiled.idle_filters, IsEmpty());
  Matcher matcher(compiled.rules);
  auto of = [](const char* user) {
    return testing::record(Category::kProcessCreation, {{kImage, "a"}, {kUser, user}});
  };
  EXPECT_EQ(matcher.match(of("adm_joe"), 1).size(), 0U);
  EXPECT_EQ(matcher.match(of("joe"), 1).size(), 1U);
}

// Of the JSON schema: "required": ["rules", "selection", "condition"], "rules" with "minItems": 1
TEST(Specification, WhatAFilterNeeds) {
  const std::string head = "title: F\nlogsource: {category: process_creation}\nfilter:\n";
  EXPECT_THAT(mistakes(head + "  selection: {User: a}\n  condition: selection\n").at(0), HasSubstr("expected 'rules'"));
  EXPECT_THAT(mistakes(head + "  rules: [a]\n  condition: selection\n").at(0), HasSubstr("expected a selection"));
  EXPECT_THAT(mistakes(head + "  rules: [a]\n  selection: {User: a}\n").at(0), HasSubstr("expected a 'condition'"));
  EXPECT_THAT(mistakes(head + "  rules: []\n  selection: {User: a}\n  condition: selection\n").at(0),
              HasSubstr("empty list"));
}

// The examples that come with the JSON schemas.
TEST(Specification, ExamplesOfItsSchemasLoad) {
  const char* directory = std::getenv("VEDETTE_SIGMA_DIR");
  if (directory == nullptr) {
    GTEST_SKIP() << "set VEDETTE_SIGMA_DIR to a checkout of the Sigma specification";
  }
  std::string schema = std::string(directory) + "/tests/schema/";
  auto sources = read_rules({schema + "rules", schema + "filter"});
  ASSERT_TRUE(sources) << sources.error().message;
  ASSERT_FALSE(sources->empty());
  for (const RuleSource& source : *sources) {
    Compiled compiled = compile({source});
    for (const Diagnostic& error : compiled.errors) {
      ADD_FAILURE() << error.text();
    }
    EXPECT_EQ(compiled.infos.size() + static_cast<size_t>(compiled.filters), 1U) << source.file;
  }
}

}  // namespace
}  // namespace vedette::rules
