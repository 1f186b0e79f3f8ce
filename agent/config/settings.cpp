// SPDX-License-Identifier: Apache-2.0
#include "config/settings.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "config/duration.h"
#include "config/egress.h"
#include "config/size.h"
#include "config/words.h"
#include "servers/yaml.h"

namespace vedette::config {
namespace {

using Node = YAML::Node;
using yaml::Reader;

class Parser {
 public:
  explicit Parser(const std::string& file, Loaded& out) : reader_(file, out.errors), settings_(out.settings) {}

  void document(const Node& node) {
    reader_.mapping(node, "the configuration",
                    {{"rules", [&](const Node& n) { rules(n); }},
                     {"placeholders", [&](const Node& n) { placeholders(n); }},
                     {"state", text_into(settings_.state, "state")},
                     {"servers", [&](const Node& n) { servers(n); }},
                     {"egress", [&](const Node& n) { egress(n); }},
                     {"alerts", [&](const Node& n) { alerts(n); }},
                     {"outputs", [&](const Node& n) { outputs(n); }},
                     {"metrics", [&](const Node& n) { metrics(n); }}});
  }

 private:
  Reader::Take text_into(std::string& target, const std::string& what) {
    return [this, &target, what](const Node& n) { target = reader_.text(n, what); };
  }

  void rules(const Node& node) {
    settings_.rules.clear();
    reader_.list(node, "rules", [&](const Node& element) {
      if (auto directory = rule_directory(element); !directory.path.empty()) {
        settings_.rules.push_back(std::move(directory));
      }
    });
  }

  // DIR, or {path: DIR, scope: servers|host}
  RuleDirectory rule_directory(const Node& node) {
    if (!node.IsMap()) {
      return {reader_.text(node, "each of rules")};
    }
    RuleDirectory directory;
    reader_.mapping(
        node, "a rule directory",
        {{"path", text_into(directory.path, "path")}, {"scope", [&](const Node& n) { directory.scope = scope(n); }}});
    if (!node["path"].IsDefined()) {
      reader_.error(node, "a rule directory needs a path, as in {path: /etc/vedette/rules.d, scope: host}");
    }
    return directory;
  }

  rules::Scope scope(const Node& node) {
    return one_of(reader_, node, "scope", {"host", "servers"}) == "host" ? rules::Scope::kHost : rules::Scope::kServers;
  }

  void placeholders(const Node& node) {
    if (!node.IsMap()) {
      reader_.error(node, "placeholders must be a mapping (name: list of texts)");
      return;
    }
    for (const auto& entry : node) {
      placeholder(entry.first, entry.second);
    }
  }

  void placeholder(const Node& key, const Node& node) {
    std::string placeholder = reader_.text(key, "the name of a placeholder");
    if (!placeholder.empty() && !is_word(placeholder)) {
      reader_.error(key, "the name of a placeholder has letters, digits, '_' and '-' only, without the % of rules");
    }
    auto texts = reader_.texts(node, "placeholder " + placeholder);
    if (node.IsSequence() && node.size() == 0) {
      reader_.error(node, "placeholder " + placeholder + " needs at least one text");
    }
    if (!settings_.placeholders.emplace(placeholder, std::move(texts)).second) {
      reader_.error(key, "placeholder '" + placeholder + "' is given twice");
    }
  }

  static bool is_word(const std::string& text) {
    return std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
  }

  void servers(const Node& node) {
    std::set<std::string> names;
    reader_.list(node, "servers", [&](const Node& element) {
      auto declared = server(element);
      if (!declared.name.empty() && !names.insert(declared.name).second) {
        reader_.error(element, "server '" + declared.name + "' is declared twice");
      }
      settings_.servers.push_back(std::move(declared));
    });
  }

  servers::Declared server(const Node& node) {
    servers::Declared declared;
    bool named = false;
    bool matched = false;
    reader_.mapping(node, "a server",
                    {{"name",
                      [&](const Node& n) {
                        named = true;
                        declared.name = reader_.text(n, "name");
                      }},
                     {"match",
                      [&](const Node& n) {
                        matched = true;
                        declared.match = match(n);
                      }},
                     {"egress", [&](const Node& n) { declared.egress = places(n, "egress"); }}});
    if (node.IsMap() && !named) {
      reader_.error(node, "a server needs a name");
    }
    if (node.IsMap() && !matched) {
      reader_.error(node, "a server needs `match`, as in match: {command_line: \"*mcp-server-github*\"}");
    }
    return declared;
  }

  servers::Pattern match(const Node& node) {
    servers::Pattern pattern;
    reader_.mapping(node, "match",
                    {{"executable", text_into(pattern.executable, "executable")},
                     {"command_line", text_into(pattern.command_line, "command_line")},
                     {"user", text_into(pattern.user, "user")},
                     {"parent", text_into(pattern.parent, "parent")}});
    if (node.IsMap() && node.size() == 0) {
      reader_.error(node, "match needs at least one of executable, command_line, user, parent");
    }
    return pattern;
  }

  std::vector<std::string> places(const Node& node, const std::string& what) {
    std::vector<std::string> result;
    reader_.list(node, what, [&](const Node& element) {
      auto text = reader_.text(element, "each of " + what);
      if (auto rule = parse_egress(text); !rule && !text.empty()) {
        reader_.error(element, rule.error().message);
      }
      result.push_back(text);
    });
    return result;
  }

  void egress(const Node& node) {
    reader_.mapping(node, "egress",
                    {{"allow", [&](const Node& n) { settings_.egress_allow = places(n, "egress.allow"); }}});
  }

  void alerts(const Node& node) {
    reader_.mapping(node, "alerts",
                    {{"fold_window", parsed_into(settings_.fold_window, "fold_window", parse_duration)},
                     {"keep", parsed_into(settings_.keep, "keep", parse_duration)},
                     {"max_size", parsed_into(settings_.max_size, "max_size", parse_size)}});
  }

  template <typename T>
  Reader::Take parsed_into(T& target, const std::string& what, Result<T> (*parse)(std::string_view)) {
    return [this, &target, what, parse](const Node& n) {
      auto text = reader_.text(n, what);
      auto value = parse(text);
      if (value) {
        target = *value;
      } else if (!text.empty()) {
        reader_.error(n, value.error().message);
      }
    };
  }

  void outputs(const Node& node) { settings_.outputs = read_outputs(reader_, node); }

  void metrics(const Node& node) {
    reader_.mapping(node, "metrics", {{"listen", [&](const Node& n) { listen(n); }}});
  }

  void listen(const Node& node) {
    settings_.metrics_listen = reader_.text(node, "listen");
    bool needs_check = !settings_.metrics_listen.empty() && settings_.metrics_listen != "off";
    if (auto good = check_listen(settings_.metrics_listen); needs_check && !good) {
      reader_.error(node, good.error().message);
    }
  }

  Reader reader_;
  Settings& settings_;
};

}  // namespace

Loaded parse(const std::string& file, const std::string& text) {
  Loaded loaded;
  try {
    auto node = yaml::parse(file, text, loaded.errors);
    if (node && !node->IsNull()) {
      Parser(file, loaded).document(*node);
    }
  } catch (const YAML::Exception& e) {
    loaded.errors.push_back({file, 0, 0, std::string("not usable: ") + e.what()});
  }
  return loaded;
}

Loaded load(const std::string& file) {
  auto text = yaml::read_file(file);
  if (text) {
    return parse(file, *text);
  }
  return {{}, {{file, 0, 0, text.error().message + "; name a configuration with --config FILE, or leave it out"}}};
}

}  // namespace vedette::config
