// SPDX-License-Identifier: Apache-2.0
// How many events a second one core matches, by the number of rules: shaped like the public Linux ones, over process
// starts of a working machine. "RuleByRule" is the same without the shared plan.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "rules/engine.h"
#include "rules/rule_set.h"

namespace vedette::rules {
namespace {

const std::vector<std::string> kTools = {"curl", "wget", "bash",  "sh",   "python3", "perl", "nc",    "socat", "base64",
                                         "cat",  "grep", "chmod", "rm",   "crontab", "sudo", "mount", "scp",   "tar",
                                         "find", "sed",  "awk",   "node", "npm",     "git",  "make",  "gcc",   "ls"};
const std::vector<std::string> kPlaces = {"/usr/bin/", "/bin/", "/usr/local/bin/", "/usr/sbin/", "/opt/tool/bin/"};

class Dice {
 public:
  size_t below(size_t bound) { return random_() % bound; }
  const std::string& of(const std::vector<std::string>& words) { return words[below(words.size())]; }
  std::string word(size_t longest) {
    std::string text(4 + below(longest - 3), ' ');
    for (char& c : text) {
      c = static_cast<char>('a' + below(26));
    }
    return text;
  }

 private:
  std::mt19937 random_{1};
};

std::string words(Dice& dice, const std::string& lead, size_t most) {
  std::string text;
  for (size_t n = 1 + dice.below(most); n > 0; --n) {
    text += "\n      - '" + lead + dice.word(12) + "'";
  }
  return text;
}

// The shapes of public rules: a tool and what it is given; words in any order; an expression; a parent; exceptions.
std::string detection(Dice& dice) {
  std::string tool = "    Image|endswith: '/" + dice.of(kTools) + "'\n";
  std::string image = "  selection:\n" + tool;
  switch (dice.below(8)) {
    case 0:
      return "  selection:\n    Image|endswith:" + words(dice, "/", 4) + "\n  condition: selection\n";
    case 1:
      return image + "    CommandLine|contains|all:" + words(dice, " -", 2) + "\n      - '" + dice.word(6) +
             "'\n  condition: selection\n";
    case 2:
      return image + "    CommandLine|re: '" + dice.word(8) + "\\s+[0-9]{1,3}'\n  condition: selection\n";
    case 3:
      return image + "    ParentImage|endswith:" + words(dice, "/", 3) + "\n  filter:\n    User: 'root'\n" +
             "  condition: selection and not filter\n";
    case 4:
      return "  keywords:" + words(dice, "", 3) + "\n  condition: keywords\n";
    default:
      break;
  }
  return image + "  args:\n    CommandLine|contains:" + words(dice, "", 5) + "\n  condition: selection and args\n";
}

RuleSource rules(size_t count) {
  Dice dice;
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += "title: R\nid: 00000000-0000-4000-8000-" + std::to_string(100000000000 + i) +
            "\nlevel: low\nlogsource: {category: process_creation, product: linux}\ndetection:\n" + detection(dice) +
            "---\n";
  }
  return {"rules.yml", text};
}

// Rule files have a size limit.
std::vector<RuleSource> files(size_t count) {
  std::vector<RuleSource> sources;
  RuleSource all = rules(count);
  std::string text;
  for (size_t at = 0; at < all.text.size();) {
    size_t end = all.text.find("---\n", at) + 4;
    text += all.text.substr(at, end - at);
    at = end;
    if (text.size() > 100'000 || at == all.text.size()) {
      sources.push_back({std::to_string(sources.size()) + ".yml", std::exchange(text, "")});
    }
  }
  return sources;
}

std::shared_ptr<const RuleSet> compiled(size_t count) {
  auto sources = files(count);
  auto shipped = read_rules({VEDETTE_SOURCE_DIR "/rules"});
  sources.insert(sources.end(), shipped->begin(), shipped->end());
  return compile(sources).rules;
}

std::vector<Record> events() {
  Dice dice;
  std::vector<Record> result(1000);
  for (Record& record : result) {
    record.category = Category::kProcessCreation;
    std::string image = dice.of(kPlaces) + dice.of(kTools);
    record.set(Field::kImage, image);
    record.set(Field::kCommandLine, image + " -" + dice.word(5) + " --" + dice.word(9) + " /home/user/" +
                                        dice.word(12) + "/" + dice.word(10) + ".json");
    record.set(Field::kParentImage, dice.of(kPlaces) + dice.of(kTools));
    record.set(Field::kParentCommandLine, dice.of(kTools) + " " + dice.word(20));
    record.set(Field::kCurrentDirectory, "/home/user/" + dice.word(10));
    record.set(Field::kUser, "user");
    record.set(Field::kUserId, "1000");
    record.set(Field::kProcessId, std::to_string(dice.below(100000)));
    record.set(Field::kMcpBehavior, "process_start");
    record.set(Field::kMcpServer, "weather");
  }
  return result;
}

void count(benchmark::State& state, size_t rules) {
  using benchmark::Counter;
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
  auto each = static_cast<double>(state.iterations()) * static_cast<double>(rules);
  state.counters["per_rule"] = Counter(each, Counter::kIsRate | Counter::kInvert);
}

void match_together(benchmark::State& state) {
  auto set = compiled(static_cast<size_t>(state.range(0)));
  Matcher matcher(set);
  auto stream = events();
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(matcher.match(stream[i % stream.size()], i));
    ++i;
  }
  count(state, set->detections.size());
}

void match_rule_by_rule(benchmark::State& state) {
  auto set = compiled(static_cast<size_t>(state.range(0)));
  auto stream = events();
  size_t i = 0;
  for (auto _ : state) {
    RecordView view(stream[i++ % stream.size()]);
    for (const LiveDetection& rule : set->detections) {
      benchmark::DoNotOptimize(rule.detection.matches(view));
    }
  }
  count(state, set->detections.size());
}

void compile_all(benchmark::State& state) {
  auto sources = files(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(compile(sources));
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * state.range(0));
}

BENCHMARK(match_together)->Name("Together")->Arg(0)->Arg(100)->Arg(150)->Arg(1000)->Arg(10000);
BENCHMARK(match_rule_by_rule)->Name("RuleByRule")->Arg(100)->Arg(1000);
BENCHMARK(compile_all)->Name("Compile")->Arg(100)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vedette::rules

BENCHMARK_MAIN();
