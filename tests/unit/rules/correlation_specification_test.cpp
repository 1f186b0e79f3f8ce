// SPDX-License-Identifier: Apache-2.0
// Sigma Correlation Rules CorrelationSpecification 2.1.0, sentence by sentence: what must be, and its examples with our
// fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "correlation_support.h"
#include "support.h"

namespace vedette::rules {
namespace {

using testing::compile_text;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kSecond;
using testing::mistakes;
using testing::only_mistake;
using testing::record;
using ::testing::SizeIs;
using testing::titles;
using testing::Values;

constexpr uint64_t kMinute = 60 * kSecond;
constexpr uint64_t kHour = 60 * kMinute;

// A rule for process starts of that image.
std::string rule(const std::string& name, const std::string& image, const std::string& category = "process_creation") {
  return "title: " + name + "\nid: id-" + name + "\nname: " + name + "\nlogsource: {category: " + category +
         "}\ndetection: {selection: {Image: " + image + "}, condition: selection}\n---\n";
}

class CorrelationSpecification : public ::testing::Test {
 protected:
  void use(const std::string& text) {
    compiled_ = compile_text(text);
    for (const Diagnostic& error : compiled_.errors) {
      ADD_FAILURE() << error.text();
    }
    matcher_ = Matcher(compiled_.rules ? compiled_.rules : compile({}).rules);
  }

  std::vector<std::string> see(const std::string& image, const Values& values, uint64_t time_ns,
                               Category category = Category::kProcessCreation) {
    Record event = record(category, values);
    event.set(Field::kImage, image);
    event.time_ns = kHour + time_ns;
    return titles(matcher_.match(event, ++last_));
  }

  std::vector<std::string> advance(uint64_t time_ns) { return titles(matcher_.advance(kHour + time_ns)); }

  Compiled compiled_;
  Matcher matcher_{compile({}).rules};
  uint64_t last_ = 0;
};

Values user(const std::string& name) { return {{Field::kUser, name}}; }

const std::string kLogin = rule("failed_login", "/bin/fail");

std::string many(const std::string& condition, const std::string& timespan = "1h") {
  return kLogin +
         "title: many\nid: m\ncorrelation:\n  type: event_count\n  rules: [failed_login]\n  group-by: [User]\n" +
         "  timespan: " + timespan + "\n  condition: {" + condition + "}\n";
}

// "An error must be raised ... if it would generate a query from a rule which contains a feature that is not supported"
TEST_F(CorrelationSpecification, UnsupportedFeaturesAreErrors) {
  std::string text = many("gte: 2");
  text.replace(text.find("event_count"), 11, "event_rate");
  EXPECT_THAT(only_mistake(text), HasSubstr("correlation.type: expected one of"));
  EXPECT_THAT(mistakes(many("between: 2")), SizeIs(1));
}

// "the outermost correlation rule may define meta information"; id, status, level, ... are optional
TEST_F(CorrelationSpecification, OnlyTitleAndCorrelationAreMandatory) {
  std::string text = many("gte: 1");
  text.replace(text.find("id: m\n"), 6, "");
  use(text);
  EXPECT_THAT(see("/bin/fail", user("u"), 0), SizeIs(1));
  EXPECT_EQ(compiled_.infos[1].id.size(), 36U) << "what an alert calls it: a UUID";
  text.replace(text.find("title: many\n"), 12, "");
  EXPECT_THAT(only_mistake(text), HasSubstr("expected 'title'"));
}

// "A rule can be referred to by the id or name of a Sigma rule"
TEST_F(CorrelationSpecification, RulesByIdOrName) {
  use(many("gte: 1"));
  EXPECT_THAT(see("/bin/fail", user("u"), 0), SizeIs(1));
  std::string by_id = many("gte: 1");
  by_id.replace(by_id.find("[failed_login]"), 14, "[id-failed_login]");
  use(by_id);
  EXPECT_THAT(see("/bin/fail", user("u"), 0), SizeIs(1));
}

// "the referenced rule name has to be defined in the respective rule"
TEST_F(CorrelationSpecification, ReferencedNamesAreDefined) {
  std::string text = many("gte: 1");
  text.replace(text.find("[failed_login]"), 14, "[failed_logins]");
  EXPECT_THAT(only_mistake(text), HasSubstr("which no rule has; did you mean 'failed_login'?"));
}

// "When you use multiple fields they are linked by an AND": the unique pair
TEST_F(CorrelationSpecification, GroupsByPairs) {
  std::string text = many("gte: 2");
  text.replace(text.find("[User]"), 6, "[User, CurrentDirectory]");
  use(text);
  auto pair = [](const char* name, const char* domain) {
    return Values{{Field::kUser, name}, {Field::kCurrentDirectory, domain}};
  };
  EXPECT_THAT(see("/bin/fail", pair("a", "x"), 0), IsEmpty());
  EXPECT_THAT(see("/bin/fail", pair("a", "y"), 1), IsEmpty());
  EXPECT_THAT(see("/bin/fail", pair("b", "x"), 2), IsEmpty());
  EXPECT_THAT(see("/bin/fail", pair("a", "x"), 3), SizeIs(1));
}

// "The following format must be used: number + letter (in lowercase)"; "example for 1h30: timespan: 90m"
TEST_F(CorrelationSpecification, Timespans) {
  const std::vector<std::pair<std::string, uint64_t>> spans = {
      {"10s", 10 * kSecond}, {"90m", 90 * kMinute}, {"2h", 2 * kHour}, {"1d", 24 * kHour}};
  for (const auto& [text, span] : spans) {
    use(many("gte: 2", text));
    EXPECT_THAT(see("/bin/fail", user("u"), 0), IsEmpty());
    EXPECT_THAT(see("/bin/fail", user("u"), span + 1), IsEmpty()) << text;
    EXPECT_THAT(see("/bin/fail", user("u"), 2 * span + 1), SizeIs(1)) << text;
  }
  for (const char* bad : {"10S", "90M", "2H", "1D", "1w", "1y", "m90", "90 m"}) {
    EXPECT_THAT(only_mistake(many("gte: 2", bad)), HasSubstr("expected a number and one of s, m, h, d")) << bad;
  }
}

// "gt: The count must be greater than the given value", and so on
TEST_F(CorrelationSpecification, Criteria) {
  struct Row {
    const char* condition;
    std::vector<int> holds;  // of 1 to 4 events
  };
  const std::vector<Row> rows = {
      {"lt: 3", {1, 2}}, {"lte: 3", {1, 2, 3}}, {"eq: 3", {3}}, {"neq: 3", {1, 2, 4}}, {"gt: 2, lte: 3", {3}}};
  for (const Row& row : rows) {
    for (int count = 1; count <= 4; ++count) {
      use(many(row.condition));
      for (int i = 0; i < count; ++i) {
        EXPECT_THAT(see("/bin/fail", user("u"), i), IsEmpty());
      }
      bool expected = std::ranges::find(row.holds, count) != row.holds.end();
      EXPECT_EQ(advance(2 * kHour).size(), expected ? 1 : 0) << row.condition << " of " << count;
    }
  }
  for (int least : {1, 2, 3}) {
    use(many("gte: " + std::to_string(least)));
    for (int i = 1; i <= least; ++i) {
      EXPECT_THAT(see("/bin/fail", user("u"), i), SizeIs(i == least ? 1 : 0)) << "gte " << least;
    }
    use(many("gt: " + std::to_string(least)));
    for (int i = 1; i <= least + 1; ++i) {
      EXPECT_THAT(see("/bin/fail", user("u"), i), SizeIs(i == least + 1 ? 1 : 0)) << "gt " << least;
    }
  }
}

// "To define a range, you can use the conjunction 'AND' in the mapping. Example 101 to 200"
TEST_F(CorrelationSpecification, Range) {
  for (const auto& [count, expected] : std::vector<std::pair<int, size_t>>{{100, 0}, {101, 1}, {200, 1}, {201, 0}}) {
    use(many("gt: 100, lte: 200"));
    for (int i = 0; i < count; ++i) {
      see("/bin/fail", user("u"), i);
    }
    EXPECT_THAT(advance(2 * kHour), SizeIs(expected)) << count;
  }
}

// "allows to give single event hits a low or informational severity and increasing this to higher levels"
TEST_F(CorrelationSpecification, LevelRises) {
  std::string text = many("gte: 1") + "level: critical\n";
  text.replace(text.find("logsource"), 0, "level: low\n");
  use(text);
  EXPECT_EQ(compiled_.infos[0].level, Level::kLow);
  EXPECT_EQ(compiled_.infos[1].level, Level::kCritical);
}

// "if the rules referred from the correlation rule should be converted as stand-alone rules or if only the correlation
// query should be generated (default)"
TEST_F(CorrelationSpecification, Generate) {
  use(many("gte: 2"));
  EXPECT_THAT(see("/bin/fail", user("u"), 0), IsEmpty());
  std::string text = many("gte: 2") + "generate: true\n";
  text.replace(text.find("logsource"), 0, "level: low\n");
  use(text);
  EXPECT_THAT(see("/bin/fail", user("u"), 0), SizeIs(1));
}

// "must count events for each group specified by group-by separately"; "100 failed login attempts ... in an hour"
TEST_F(CorrelationSpecification, EventCount) {
  use(many("gte: 100"));
  for (uint64_t i = 1; i <= 100; ++i) {
    EXPECT_THAT(see("/bin/fail", user("other"), i * 30 * kSecond), SizeIs(i == 100 ? 1 : 0)) << i;
    if (i < 100) {
      EXPECT_THAT(see("/bin/fail", user("u"), i * 30 * kSecond), IsEmpty()) << i;
    }
  }
}

// "must count field values separately for each group"; "more than 100 different user accounts per source and
// destination at a day"
TEST_F(CorrelationSpecification, ValueCount) {
  use(kLogin +
      "title: C\ncorrelation:\n  type: value_count\n  rules: [failed_login]\n  group-by: [ParentImage, "
      "CurrentDirectory]\n"
      "  timespan: 1d\n  condition: {field: User, gte: 100}\n");
  auto login = [&](const std::string& name, const char* from, uint64_t time_ns) {
    return see("/bin/fail", {{Field::kUser, name}, {Field::kParentImage, from}, {Field::kCurrentDirectory, "/"}},
               time_ns);
  };
  for (int i = 1; i < 100; ++i) {
    EXPECT_THAT(login("user" + std::to_string(i), "here", i * kMinute), IsEmpty());
    EXPECT_THAT(login("user" + std::to_string(i), "there", i * kMinute), IsEmpty());
  }
  EXPECT_THAT(login("user1", "here", 200 * kMinute), IsEmpty());
  EXPECT_THAT(login("user100", "here", 201 * kMinute), SizeIs(1));
}

// "the mandatory field attribute"
TEST_F(CorrelationSpecification, FieldIsMandatory) {
  for (const char* type : {"value_count", "value_sum", "value_avg", "value_percentile"}) {
    std::string text = many("gte: 1");
    text.replace(text.find("event_count"), 11, type);
    EXPECT_THAT(only_mistake(text), HasSubstr("expected 'field', found none"));
  }
}

const std::string kRecon =
    rule("recon_cmd_a", "/bin/a") + rule("recon_cmd_b", "/bin/b") + rule("recon_cmd_c", "/bin/c");

std::string recon(const std::string& type) {
  return kRecon + "title: Recon\ncorrelation:\n  type: " + type +
         "\n  rules: [recon_cmd_a, recon_cmd_b, recon_cmd_c]\n  group-by: [CurrentDirectory, User]\n  timespan: 5m\n";
}

Values at(const std::string& where, const std::string& who) {
  return {{Field::kCurrentDirectory, where}, {Field::kUser, who}};
}

// "All events defined by the rules ... must occur in the time frame"; "invoked in arbitrary order within 5 minutes"
TEST_F(CorrelationSpecification, TemporalInArbitraryOrder) {
  for (const char* order : {"abc", "acb", "bac", "bca", "cab", "cba"}) {
    use(recon("temporal"));
    EXPECT_THAT(see(std::string("/bin/") + order[0], at("h", "u"), 0), IsEmpty());
    EXPECT_THAT(see(std::string("/bin/") + order[1], at("h", "u"), kMinute), IsEmpty());
    EXPECT_THAT(see(std::string("/bin/") + order[2], at("h", "u"), 5 * kMinute), SizeIs(1)) << order;
  }
  use(recon("temporal"));
  see("/bin/a", at("h", "u"), 0);
  see("/bin/b", at("h", "u"), kMinute);
  EXPECT_THAT(see("/bin/c", at("h", "u"), 5 * kMinute + 1), IsEmpty());
}

// "The values of fields defined in group-by must all have the same value"
TEST_F(CorrelationSpecification, TemporalOfOneGroup) {
  use(recon("temporal"));
  see("/bin/a", at("h", "u"), 0);
  see("/bin/b", at("h", "v"), 1);
  EXPECT_THAT(see("/bin/c", at("h", "u"), 2), IsEmpty());
  EXPECT_THAT(see("/bin/b", at("g", "u"), 3), IsEmpty());
  EXPECT_THAT(see("/bin/b", at("h", "u"), 4), SizeIs(1));
}

// "The time frame should not be restricted to boundaries"
TEST_F(CorrelationSpecification, TemporalAcrossBoundaries) {
  for (uint64_t begin = 0; begin < 10 * kMinute; begin += kMinute) {
    use(recon("temporal"));
    see("/bin/a", at("h", "u"), begin);
    see("/bin/b", at("h", "u"), begin + kMinute);
    EXPECT_THAT(see("/bin/c", at("h", "u"), begin + 4 * kMinute), SizeIs(1)) << begin / kMinute;
  }
}

// "requires in addition that the events appear in the order provided in the rule attribute"
TEST_F(CorrelationSpecification, TemporalOrdered) {
  for (const char* order : {"abc", "acb", "bac", "bca", "cab", "cba"}) {
    use(recon("temporal_ordered"));
    see(std::string("/bin/") + order[0], at("h", "u"), 0);
    see(std::string("/bin/") + order[1], at("h", "u"), 1);
    EXPECT_THAT(see(std::string("/bin/") + order[2], at("h", "u"), 2), SizeIs(order == std::string("abc") ? 1 : 0))
        << order;
  }
}

const std::string kManyThenOne =
    rule("failed_login", "/bin/fail") + rule("successful_login", "/bin/login") +
    "title: many\nname: many_failed_logins\ncorrelation:\n  type: event_count\n  rules: [failed_login]\n"
    "  group-by: [CurrentDirectory]\n  timespan: 1h\n  condition: {gte: 100}\n---\n"
    "title: broken in\ncorrelation:\n  type: temporal_ordered\n  rules: [many_failed_logins, successful_login]\n"
    "  group-by: [User]\n  timespan: 1h\n";

// "many failed logins as defined above are followed by a successful login by of the same user account within 1 hour";
// "Even if the rule many_failed_logins groups by the ComputerName field, the correlation rule only uses its own
// group-by"
TEST_F(CorrelationSpecification, ManyFailedLoginsThenASuccessfulOne) {
  use(kManyThenOne);
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(see("/bin/fail", at("host", "u"), i * kSecond), IsEmpty());
  }
  EXPECT_THAT(see("/bin/login", user("v"), 30 * kMinute), IsEmpty());
  EXPECT_THAT(see("/bin/login", user("u"), 40 * kMinute), SizeIs(1));
}

std::string of_numbers(const std::string& type, const std::string& condition) {
  return rule("website_access", "/bin/curl", "network_connection") + "title: C\ncorrelation:\n  type: " + type +
         "\n  rules: [website_access]\n  group-by: [DestinationIp, User]\n  timespan: 24h\n  condition: {field: " +
         condition + "}\n";
}

Values to(const std::string& number) {
  return {{Field::kUser, "u"}, {Field::kDestinationIp, "192.0.2.1"}, {Field::kDestinationPort, number}};
}

// "Check if the sum of a number field match a limit"
TEST_F(CorrelationSpecification, ValueSum) {
  use(of_numbers("value_sum", "DestinationPort, gt: 1000000"));
  EXPECT_THAT(see("/bin/curl", to("999999"), 0, Category::kNetworkConnection), IsEmpty());
  EXPECT_THAT(see("/bin/curl", to("1"), 1, Category::kNetworkConnection), IsEmpty());
  EXPECT_THAT(see("/bin/curl", to("1"), 2, Category::kNetworkConnection), SizeIs(1));
}

// "compares it to an integer or float threshold"; "groups where the average bytes sent over a period exceeds 500"
TEST_F(CorrelationSpecification, ValueAvg) {
  for (const auto& [threshold, expected] : std::vector<std::pair<std::string, size_t>>{{"500", 1}, {"500.75", 0}}) {
    use(of_numbers("value_avg", "DestinationPort, gt: " + threshold));
    see("/bin/curl", to("500"), 0, Category::kNetworkConnection);
    see("/bin/curl", to("501"), 1, Category::kNetworkConnection);
    EXPECT_THAT(advance(25 * kHour), SizeIs(expected)) << threshold;
  }
}

// "A computer spawned a processes name in the last 24h than 1% of all the processes"
TEST_F(CorrelationSpecification, ValuePercentileOfRareImages) {
  use("title: p\nid: p\nname: p\nlogsource: {category: process_creation}\ndetection: {s: {Image|exists: true}, "
      "condition: "
      "s}\n---\n"
      "title: rare\ncorrelation:\n  type: value_percentile\n  rules: [p]\n  group-by: [CurrentDirectory]\n"
      "  timespan: 24h\n  condition: {field: Image, lte: 1}\n");
  for (int i = 0; i < 198; ++i) {
    see("/bin/often", at("h", "u"), i);
  }
  see("/bin/seldom", at("h", "u"), 500);
  see("/bin/once", at("h", "u"), 600);
  EXPECT_THAT(advance(25 * kHour), SizeIs(2)) << "half a percent each";
}

// "Hint: median is a percentile 50"
TEST_F(CorrelationSpecification, Median) {
  use(of_numbers("value_percentile", "DestinationPort, percentile: 50, eq: 2"));
  for (const char* number : {"9", "1", "2"}) {
    see("/bin/curl", to(number), 0, Category::kNetworkConnection);
  }
  EXPECT_THAT(advance(25 * kHour), SizeIs(1));
}

// "only matches if the events appear with the same address in the respective fields"; "The field names referenced in
// aliases must not necessarily appear in the Sigma rules"
TEST_F(CorrelationSpecification, Aliases) {
  use(rule("internal_error", "/bin/serve") + rule("new_network_connection", "/bin/serve", "network_connection") +
      "title: C\ncorrelation:\n  type: temporal\n  rules: [internal_error, new_network_connection]\n"
      "  group-by: [internal_ip, remote_ip]\n  timespan: 10s\n  aliases:\n"
      "    internal_ip:\n      internal_error: ParentImage\n      new_network_connection: DestinationIp\n"
      "    remote_ip:\n      internal_error: CommandLine\n      new_network_connection: DestinationPort\n");
  auto connect = [&](const char* address, const char* port, uint64_t time) {
    return see("/bin/serve", {{Field::kDestinationIp, address}, {Field::kDestinationPort, port}}, time,
               Category::kNetworkConnection);
  };
  see("/bin/serve", {{Field::kParentImage, "192.0.2.1"}, {Field::kCommandLine, "80"}}, 0);
  EXPECT_THAT(connect("192.0.2.2", "80", 1), IsEmpty());
  EXPECT_THAT(connect("192.0.2.1", "81", 2), IsEmpty());
  EXPECT_THAT(connect("192.0.2.1", "80", 3), SizeIs(1));
}

const char* const kBruteForce = R"(title: Correlation - Multiple Failed Logins Followed by Successful Login
id: b180ead8-d58f-40b2-ae54-c8940995b9b6
status: experimental
description: Detects multiple failed logins by a single user followed by a successful login of that user
references:
    - https://reference.com
author: Florian Roth (Nextron Systems)
date: 2023-06-16
correlation:
    type: temporal_ordered
    rules:
        - multiple_failed_login
        - successful_login
    group-by:
        - User
    timespan: 10m
falsepositives:
    - Unlikely
level: high
---
title: Multiple failed logons
id: a8418a5a-5fc4-46b5-b23b-6c73beb19d41
description: Detects multiple failed logins within a certain amount of time
name: multiple_failed_login
correlation:
    type: event_count
    rules:
        - failed_login
    group-by:
        - User
    timespan: 10m
    condition:
        gte: 10
---
title: Single failed login
id: 53ba33fd-3a50-4468-a5ef-c583635cfa92
name: failed_login
logsource:
    product: linux
    category: process_termination
detection:
    selection:
        Image:
            - /usr/bin/login
            - /usr/sbin/sshd
    condition: selection
---
title: Successful login
id: 4d0a2c83-c62c-4ed4-b475-c7e23a9269b8
description: Detects a successful login
name: successful_login
logsource:
    product: linux
    category: process_creation
detection:
    selection:
        Image:
            - /bin/bash
            - /bin/sh
    condition: selection
)";

// "Failed Logins Followed by Successful Login"
TEST_F(CorrelationSpecification, TheCompleteExample) {
  use(kBruteForce);
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(see("/bin/sh", user("u"), i * kMinute), IsEmpty());
    EXPECT_THAT(see("/usr/sbin/sshd", user("u"), i * kMinute + 1, Category::kProcessTermination), IsEmpty());
  }
  EXPECT_THAT(see("/bin/sh", user("v"), 10 * kMinute), IsEmpty());
  EXPECT_THAT(see("/bin/bash", user("u"), 19 * kMinute),
              ::testing::ElementsAre("Correlation - Multiple Failed Logins Followed by Successful Login"));
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// The documents of the specification's own tests, with the rules they refer to.
TEST_F(CorrelationSpecification, ItsTestDocumentsLoad) {
  const char* directory = std::getenv("VEDETTE_SIGMA_DIR");
  if (directory == nullptr) {
    GTEST_SKIP() << "VEDETTE_SIGMA_DIR is not set to a directory of the Sigma specification";
  }
  std::string rules;
  for (const char* name : {"5638f7c0-ac70-491d-8465-2a65075e0d86", "recon_cmd_a", "recon_cmd_b", "recon_cmd_c",
                           "rule_a_id", "process_creation", "website_access"}) {
    rules += rule(name, "/bin/x");
    rules.replace(rules.rfind("id: id-"), 7, "level: low\nid: ");
  }
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(directory) + "/tests/schema/correlation")) {
    Compiled compiled = compile({{"rules.yml", rules}, {entry.path(), text_of(entry.path())}});
    for (const Diagnostic& error : compiled.errors) {
      ADD_FAILURE() << error.text();
    }
    ASSERT_TRUE(compiled.rules);
    EXPECT_TRUE(compiled.infos.back().correlation);
    EXPECT_THAT(compiled.infos.back().dead, ::testing::MatchesRegex("no event has a field '.*'|the taxonomy 'ecs' .*"))
        << entry.path();
    ++files;
  }
  EXPECT_GE(files, 8);
}

}  // namespace
}  // namespace vedette::rules
