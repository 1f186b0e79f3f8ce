// SPDX-License-Identifier: Apache-2.0
// Random streams, with a slow and plain computation of what is to be found beside them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>
#include <random>
#include <set>

#include "correlation_support.h"
#include "support.h"

namespace vedette::rules {
namespace {

using ::testing::ContainerEq;
using testing::kSecond;
using testing::start;
using testing::with_correlation;

constexpr uint64_t kSpan = 3 * kSecond;
constexpr uint64_t kEnd = 100'000 * kSecond;
constexpr int kSeeds = 25;

struct Happening {
  uint64_t id = 0;
  uint64_t time_ns = 0;
  size_t stage = 0;
  std::string user;
  int number = 0;
  uint32_t count = 1;
};
using Happenings = std::vector<Happening>;

struct Case {
  std::string type;
  std::string field;
  std::string percentile;
  std::string bounds;
  bool (*holds)(double);
  bool immediate;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.type << " " << one.percentile << one.bounds; }

std::string text_of(const Case& one) {
  std::string condition = one.field + one.percentile + one.bounds;
  return with_correlation("  type: " + one.type + "\n  rules: [one, two, three]\n  group-by: [User]\n  timespan: 3s\n" +
                          (condition.empty() ? "" : "  condition: {" + condition + "}\n"));
}

// Sorted by time and id.
Happenings random_happenings(std::mt19937_64& random) {
  Happenings all;
  uint64_t now = 1000 * kSecond;
  for (uint64_t id = 1; id <= 300; ++id) {
    now += (random() % 4) * kSecond / 5;
    all.push_back({id, now, random() % 3, std::string(1, static_cast<char>('u' + random() % 3)),
                   static_cast<int>(random() % 6), static_cast<uint32_t>(1 + random() % 3)});
  }
  return all;
}

// Each comes before any that is a second younger.
Happenings shuffled(const Happenings& sorted, std::mt19937_64& random) {
  std::vector<std::pair<uint64_t, Happening>> arrivals;
  for (const Happening& one : sorted) {
    arrivals.emplace_back(one.time_ns + random() % kSecond, one);
  }
  std::ranges::stable_sort(arrivals, {}, [](const auto& arrival) { return arrival.first; });
  Happenings all;
  std::ranges::transform(arrivals, std::back_inserter(all), [](const auto& arrival) { return arrival.second; });
  return all;
}

// Ids of each match.
using Ids = std::vector<uint64_t>;
using Finds = std::vector<Ids>;

Finds finds_of(const std::string& text, const Happenings& all) {
  Compiled compiled = testing::compile_text(text);
  if (!compiled.rules) {
    ADD_FAILURE() << compiled.errors[0].text();
    return {};
  }
  Matcher matcher(compiled.rules);
  Finds finds;
  auto keep = [&](const std::vector<Match>& matches) {
    for (const Match& match : matches) {
      if (match.rule->correlation) {
        finds.push_back(match.event_ids);
      }
    }
  };
  for (const Happening& one : all) {
    Record event =
        start(std::string(1, static_cast<char>('a' + one.stage)), one.user, std::to_string(one.number), one.time_ns);
    event.count = one.count;
    keep(matcher.match(event, one.id));
  }
  keep(matcher.advance(kEnd));
  EXPECT_EQ(matcher.late(), 0U);
  return finds;
}

size_t longest_run(const Happenings& window) {
  std::vector<size_t> length(window.size(), 1);
  for (size_t i = 0; i < window.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      length[i] = window[j].stage < window[i].stage ? std::max(length[i], length[j] + 1) : length[i];
    }
  }
  return length.empty() ? 0 : *std::ranges::max_element(length);
}

template <typename Get>
std::vector<double> each(const Happenings& window, Get get) {
  std::vector<double> values;
  for (const Happening& one : window) {
    values.insert(values.end(), one.count, static_cast<double>(get(one)));
  }
  return values;
}

double number_of(const Case& one, const Happenings& window) {
  auto numbers = each(window, [](const Happening& event) { return event.number; });
  auto stages = each(window, [](const Happening& event) { return event.stage; });
  double sum = 0;
  std::ranges::for_each(numbers, [&](double number) { sum += number; });
  if (one.type == "event_count") {
    return static_cast<double>(numbers.size());
  }
  if (one.type == "value_count") {
    return static_cast<double>(std::set<double>(numbers.begin(), numbers.end()).size());
  }
  if (one.type == "temporal") {
    return static_cast<double>(std::set<double>(stages.begin(), stages.end()).size());
  }
  if (one.type == "temporal_ordered") {
    return static_cast<double>(longest_run(window));
  }
  if (one.type == "value_percentile") {
    std::ranges::sort(numbers);
    return numbers[static_cast<size_t>(std::ceil(static_cast<double>(numbers.size()) * 0.75)) - 1];
  }
  return one.type == "value_sum" ? sum : sum / static_cast<double>(numbers.size());
}

Ids ids_of(const Case& one, const Happenings& window) {
  Ids ids;
  std::set<size_t> seen;
  for (auto event = window.rbegin(); event != window.rend(); ++event) {
    bool newest = seen.insert(one.type == "temporal" ? event->stage : static_cast<size_t>(event->number)).second;
    bool of_each = one.immediate && (one.type == "temporal" || one.type == "value_count");
    if (newest || !of_each) {
      ids.push_back(event->id);
    }
  }
  std::ranges::reverse(ids);
  return ids;
}

Finds expected_immediate(const Case& one, const Happenings& group) {
  Finds finds;
  size_t used_up = 0;
  for (size_t i = 0; i < group.size(); ++i) {
    Happenings window;
    for (size_t j = used_up; j <= i; ++j) {
      if (group[j].time_ns + kSpan >= group[i].time_ns) {
        window.push_back(group[j]);
      }
    }
    if (one.holds(number_of(one, window))) {
      finds.push_back(ids_of(one, window));
      used_up = i + 1;
    }
  }
  return finds;
}

Finds expected_windows(const Case& one, const Happenings& group) {
  Finds finds;
  for (size_t i = 0; i < group.size();) {
    Happenings window;
    uint64_t begin = group[i].time_ns;
    for (; i < group.size() && group[i].time_ns <= begin + kSpan; ++i) {
      window.push_back(group[i]);
    }
    if (one.holds(number_of(one, window))) {
      finds.push_back(ids_of(one, window));
    }
  }
  return finds;
}

using ByUser = std::map<std::string, Finds>;

ByUser expected(const Case& one, const Happenings& sorted) {
  std::map<std::string, Happenings> groups;
  for (const Happening& event : sorted) {
    groups[event.user].push_back(event);
  }
  ByUser finds;
  for (const auto& [user, group] : groups) {
    Finds of_user = one.immediate ? expected_immediate(one, group) : expected_windows(one, group);
    if (!of_user.empty()) {
      finds[user] = std::move(of_user);
    }
  }
  return finds;
}

ByUser by_user(const Finds& finds, const Happenings& sorted) {
  ByUser users;
  for (const Ids& ids : finds) {
    users[sorted[ids.back() - 1].user].push_back(ids);
  }
  return users;
}

// Of a run only the end and the length are the same in every way of counting.
void keep_ends(ByUser& finds) {
  for (auto& [user, of_user] : finds) {
    for (Ids& ids : of_user) {
      ids = {ids.back()};
    }
  }
}

std::map<std::string, size_t> counts(const ByUser& finds) {
  std::map<std::string, size_t> result;
  for (const auto& [user, of_user] : finds) {
    result[user] = of_user.size();
  }
  return result;
}

const std::string kNumber = "field: ParentProcessId, ";

const std::vector<Case> kCases = {
    {"event_count", "", "", "gte: 5", [](double n) { return n >= 5; }, true},
    {"event_count", "", "", "gt: 9", [](double n) { return n > 9; }, true},
    {"value_count", kNumber, "", "gte: 3", [](double n) { return n >= 3; }, true},
    {"value_sum", kNumber, "", "gt: 20", [](double n) { return n > 20; }, true},
    {"temporal", "", "", "", [](double n) { return n >= 3; }, true},
    {"temporal", "", "", "gt: 1", [](double n) { return n > 1; }, true},
    {"temporal_ordered", "", "", "", [](double n) { return n >= 3; }, true},
    {"temporal_ordered", "", "", "gte: 2", [](double n) { return n >= 2; }, true},
    {"event_count", "", "", "lt: 6", [](double n) { return n < 6; }, false},
    {"event_count", "", "", "gt: 4, lte: 8", [](double n) { return n > 4 && n <= 8; }, false},
    {"event_count", "", "", "neq: 5", [](double n) { return n != 5; }, false},
    {"value_count", kNumber, "", "eq: 3", [](double n) { return n == 3; }, false},
    {"value_sum", kNumber, "", "lte: 15", [](double n) { return n <= 15; }, false},
    {"value_avg", kNumber, "", "gt: 2.5", [](double n) { return n > 2.5; }, false},
    {"value_percentile", kNumber, "percentile: 75, ", "gte: 4", [](double n) { return n >= 4; }, false},
    {"temporal", "", "", "lt: 3", [](double n) { return n < 3; }, false},
    {"temporal_ordered", "", "", "eq: 2", [](double n) { return n == 2; }, false},
};

class Reference : public ::testing::TestWithParam<Case> {};

TEST_P(Reference, InOrder) {
  for (int seed = 1; seed <= kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    Happenings sorted = random_happenings(random);
    ByUser found = by_user(finds_of(text_of(GetParam()), sorted), sorted);
    ByUser wanted = expected(GetParam(), sorted);
    EXPECT_FALSE(wanted.empty()) << "the case finds nothing";
    if (GetParam().immediate && GetParam().type == "temporal_ordered") {
      keep_ends(found);
      keep_ends(wanted);
    }
    ASSERT_THAT(found, ContainerEq(wanted)) << text_of(GetParam()) << "seed " << seed;
  }
}

TEST_P(Reference, TheOrderOfArrivalWithinASecondDoesNotMatter) {
  for (int seed = 1; seed <= kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    Happenings sorted = random_happenings(random);
    ByUser found = by_user(finds_of(text_of(GetParam()), shuffled(sorted, random)), sorted);
    ByUser wanted = expected(GetParam(), sorted);
    if (GetParam().immediate) {
      ASSERT_THAT(counts(found), ContainerEq(counts(wanted))) << text_of(GetParam()) << "seed " << seed;
    } else {
      ASSERT_THAT(found, ContainerEq(wanted)) << text_of(GetParam()) << "seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Reference, ::testing::ValuesIn(kCases),
                         [](const auto& one) { return one.param.type + std::to_string(one.index); });

// Of each value the share of its window.
TEST(ReferenceOf, Shares) {
  const std::string text = text_of({"value_percentile", kNumber, "", "lte: 12.5", nullptr, false});
  for (int seed = 1; seed <= kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    Happenings sorted = random_happenings(random);
    std::set<Ids> wanted;
    Case windows{"event_count", "", "", "", [](double) { return true; }, false};
    for (const auto& [user, of_user] : expected(windows, sorted)) {
      for (const Ids& window : of_user) {
        std::map<int, Ids> by_number;
        std::map<int, double> weight;
        double all = 0;
        for (uint64_t id : window) {
          by_number[sorted[id - 1].number].push_back(id);
          weight[sorted[id - 1].number] += sorted[id - 1].count;
          all += sorted[id - 1].count;
        }
        for (const auto& [number, ids] : by_number) {
          if (100 * weight[number] / all <= 12.5) {
            wanted.insert(ids);
          }
        }
      }
    }
    Finds found = finds_of(text, shuffled(sorted, random));
    EXPECT_EQ(found.size(), wanted.size());
    ASSERT_THAT(std::set<Ids>(found.begin(), found.end()), ContainerEq(wanted)) << "seed " << seed;
  }
}

std::string on_windows(const std::string& condition) {
  return testing::correlated_rules() +
         "title: few\nname: few\ncorrelation: {type: event_count, rules: [one], group-by: [User], timespan: 3s, "
         "condition: {lt: 4}}\n---\ntitle: C\ncorrelation: {type: temporal_ordered, rules: [few, two], group-by: "
         "[User], "
         "timespan: 4s" +
         condition + "}\n";
}

TEST(ReferenceOf, ChainsOfWindowsDoNotDependOnTheOrderOfArrival) {
  for (int seed = 1; seed <= kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    Happenings sorted = random_happenings(random);
    Happenings arriving = shuffled(sorted, random);
    Finds wanted = finds_of(on_windows(", condition: {eq: 2}"), sorted);
    Finds found = finds_of(on_windows(", condition: {eq: 2}"), arriving);
    EXPECT_FALSE(wanted.empty());
    ASSERT_THAT(std::multiset<Ids>(found.begin(), found.end()),
                ContainerEq(std::multiset<Ids>(wanted.begin(), wanted.end())))
        << "seed " << seed;
    auto at_once = counts(by_user(finds_of(on_windows(""), sorted), sorted));
    EXPECT_FALSE(at_once.empty());
    ASSERT_THAT(counts(by_user(finds_of(on_windows(""), arriving), sorted)), ContainerEq(at_once)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace vedette::rules
