// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "rules/document.h"
#include "rules/engine.h"
#include "rules/linker.h"
#include "rules/yaml.h"

namespace vedette::rules {
namespace {

struct Sources {
  const std::vector<RuleSource>& files;
  const CompileOptions& options;
  std::set<DocumentStart> left_out;  // documents in which linking found a mistake
};

const YamlNode* child(const YamlNode* node, std::string_view key) {
  return node != nullptr && node->is_map() ? node->find(key) : nullptr;
}

void remember_broken(const YamlNode& node, Parsed& parsed) {
  for (const char* key : {"id", "name"}) {
    const YamlNode* found = child(&node, key);
    if (found != nullptr) {
      parsed.broken.insert(found->text);
    }
  }
  const YamlNode* correlation = child(&node, "correlation");
  const YamlNode* rules = child(correlation, "rules");
  const YamlNode* generate = child(correlation, "generate");
  if (rules != nullptr && (generate == nullptr || generate->text != "true")) {
    std::ranges::for_each(rules->children, [&](const YamlNode& rule) { parsed.awaited.insert(rule.text); });
  }
}

void parse_file(const RuleSource& source, const Sources& all, Diagnostics& errors, Parsed& parsed) {
  Report report(source.file, errors, source.text);
  if (!source.unreadable.empty()) {
    report.at(0, 0, source.unreadable);
  }
  std::vector<YamlNode> nodes = parse_yaml(source.text, report);
  bool refused = refuse_collection(nodes, report);
  for (const YamlNode& node : nodes) {
    bool out = refused || all.left_out.contains({source.file, node.line, node.column});
    auto document = out ? std::nullopt : parse_document(node, report, all.options.placeholders);
    if (document) {
      parsed.documents.push_back(std::move(*document));
    } else {
      remember_broken(node, parsed);
    }
  }
}

Parsed parse_all(const Sources& all, Diagnostics& errors) {
  Parsed parsed;
  for (const RuleSource& source : all.files) {
    parse_file(source, all, errors, parsed);
  }
  return parsed;
}

void sort_by_place(const std::vector<RuleSource>& sources, Diagnostics& errors) {
  std::map<std::string, size_t> order;
  for (size_t i = 0; i < sources.size(); ++i) {
    order.emplace(sources[i].file, i);
  }
  std::stable_sort(errors.begin(), errors.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    return std::tuple(order[a.file], a.line, a.column) < std::tuple(order[b.file], b.line, b.column);
  });
}

// Without those told of before.
void add_new(Diagnostics& to, const Diagnostics& from, std::set<std::string>& told) {
  std::ranges::copy_if(from, std::back_inserter(to), [&](const Diagnostic& e) { return told.insert(e.text()).second; });
}

void name_scopes(const std::vector<RuleSource>& sources, RuleSet& rules) {
  std::map<std::string, Scope> by_file;
  for (const RuleSource& source : sources) {
    by_file.emplace(source.file, source.scope);
  }
  for (RuleInfo& info : rules.infos) {
    info.scope = by_file.at(info.file);
  }
}

bool has_live_host_rule(const RuleSet& rules) {
  auto concerns_all = [&](Category category) {
    const Plan& plan = rules.plans[static_cast<size_t>(category)];
    for (uint32_t i = 0; i < plan.size(); ++i) {
      if (rules.infos[rules.detections[plan.rule(i)].info].scope == Scope::kHost) {
        return true;
      }
    }
    return false;
  };
  return concerns_all(Category::kProcessCreation) || concerns_all(Category::kProcessTermination);
}

}  // namespace

std::string digest_of(const RuleSet& rules) { return rules.digest; }

bool is_for_every_process(const RuleSet& rules) { return rules.every_process; }

// A document with a mistake is left out, and with it what builds on it: the rest is linked again without them.
Compiled compile(const std::vector<RuleSource>& files, const CompileOptions& options) {
  Compiled compiled;
  Sources sources{files, options, {}};
  std::set<std::string> told;
  std::shared_ptr<RuleSet> rules;
  for (bool whole = false; !whole;) {
    Diagnostics errors;
    Linker linker(parse_all(sources, errors), errors);
    rules = linker.link();
    compiled.filters = linker.filters();
    compiled.idle_filters = linker.idle_filters();
    add_new(compiled.errors, errors, told);
    auto broken = linker.broken();
    whole = broken.empty();
    sources.left_out.merge(broken);
  }
  name_scopes(files, *rules);
  rules->every_process = has_live_host_rule(*rules);
  compiled.infos = rules->infos;
  compiled.rules = std::move(rules);
  sort_by_place(files, compiled.errors);
  return compiled;
}

}  // namespace vedette::rules
