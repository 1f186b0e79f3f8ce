// SPDX-License-Identifier: Apache-2.0
#include "config/settings.h"

#include <set>

#include "config/duration.h"
#include "config/egress.h"
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
                    {{"rules", [&](const Node& n) { settings_.rules = reader_.texts(n, "rules"); }},
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
    reader_.mapping(node, "alerts", {{"fold_window", [&](const Node& n) { fold_window(n); }}});
  }

  void fold_window(const Node& node) {
    auto text = reader_.text(node, "fold_window");
    auto duration = parse_duration(text);
    if (duration) {
      settings_.fold_window = *duration;
    } else if (!text.empty()) {
      reader_.error(node, duration.error().message);
    }
  }

  void outputs(const Node& node) {
    reader_.list(node, "outputs", [&](const Node& element) { settings_.outputs.push_back(output(element)); });
  }

  Output output(const Node& node) {
    Output output{"", "", "native"};
    bool typed = false;
    reader_.mapping(node, "an output",
                    {{"type",
                      [&](const Node& n) {
                        typed = true;
                        output.type = type(n);
                      }},
                     {"path", text_into(output.path, "path")},
                     {"format", [&](const Node& n) { output.format = format(n); }}});
    if (node.IsMap() && !typed) {
      reader_.error(node, "an output needs a type: file or stdout");
    }
    check_path(node, output);
    return output;
  }

  void check_path(const Node& node, const Output& output) {
    bool has_path = node.IsMap() && node["path"].IsDefined();
    if (output.type == "file" && !has_path) {
      reader_.error(node, "an output of type file needs a path");
    }
    if (output.type == "stdout" && has_path) {
      reader_.error(node, "an output of type stdout has no path");
    }
  }

  std::string type(const Node& node) {
    return one_of(node, "type", {"file", "stdout"}, {"syslog", "journald", "http", "kafka"});
  }

  std::string format(const Node& node) { return one_of(node, "format", {"native"}, {"ocsf", "ecs", "falco", "cef"}); }

  std::string one_of(const Node& node, const std::string& what, const std::set<std::string>& good,
                     const std::set<std::string>& later) {
    auto text = reader_.text(node, what);
    if (text.empty() || good.contains(text)) {
      return text;
    }
    std::string expected;
    for (const auto& word : good) {
      expected += (expected.empty() ? "" : ", ") + word;
    }
    bool known = later.contains(text);
    reader_.error(node, known ? what + " '" + text + "' is not available in this version; use " + expected
                              : "unknown " + what + "; expected one of: " + expected);
    return text;
  }

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
