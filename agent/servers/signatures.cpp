// SPDX-License-Identifier: Apache-2.0
#include "servers/signatures.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <utility>

#include "servers/yaml.h"

namespace vedette::servers {
namespace {

namespace fs = std::filesystem;
using yaml::Reader;
using Node = YAML::Node;

class Parser {
 public:
  Parser(const std::string& file, Diagnostics& errors, Signatures& out) : reader_(file, errors), out_(out) {}

  void document(const Node& node) {
    reader_.mapping(node, "server recognition data",
                    {{"clients", [&](const Node& n) { each(n, "clients", &Parser::client); }},
                     {"interpreters", [&](const Node& n) { each(n, "interpreters", &Parser::interpreter); }},
                     {"runners", [&](const Node& n) { each(n, "runners", &Parser::runner); }},
                     {"commands", [&](const Node& n) { each(n, "commands", &Parser::command); }},
                     {"npm", [&](const Node& n) { patterns(n, "npm", out_.npm); }},
                     {"python", [&](const Node& n) { patterns(n, "python", out_.python); }},
                     {"images", [&](const Node& n) { patterns(n, "images", out_.images); }},
                     {"programs", [&](const Node& n) { patterns(n, "programs", out_.programs); }},
                     {"not_servers", texts_into(out_.not_servers, "not_servers")}});
  }

 private:
  using Part = void (Parser::*)(const Node&);

  void each(const Node& node, const std::string& what, Part part) {
    reader_.list(node, what, [&](const Node& element) { (this->*part)(element); });
  }

  Reader::Take text_into(std::string& target, const std::string& what) {
    return [this, &target, what](const Node& n) { target = reader_.text(n, what); };
  }

  Reader::Take texts_into(std::vector<std::string>& target, const std::string& what) {
    return [this, &target, what](const Node& n) {
      auto more = reader_.texts(n, what);
      target.insert(target.end(), more.begin(), more.end());
    };
  }

  void client(const Node& node) {
    Client client;
    reader_.mapping(node, "a client",
                    {{"name", text_into(client.name, "name")},
                     {"programs", texts_into(client.programs, "programs")},
                     {"packages", texts_into(client.packages, "packages")},
                     {"paths", texts_into(client.paths, "paths")}});
    if (require(node, !client.name.empty(), "a client needs a name")) {
      out_.clients.push_back(client);
    }
  }

  void interpreter(const Node& node) {
    Interpreter interpreter;
    reader_.mapping(node, "an interpreter",
                    {{"names", texts_into(interpreter.names, "names")},
                     {"values", texts_into(interpreter.flags.values, "values")},
                     {"code", texts_into(interpreter.code, "code")},
                     {"modules", texts_into(interpreter.modules, "modules")},
                     {"scripts", texts_into(interpreter.scripts, "scripts")},
                     {"titles", [&](const Node& n) { interpreter.titles = flag(n, "titles"); }}});
    for (const auto* flags : {&interpreter.code, &interpreter.modules, &interpreter.scripts}) {
      interpreter.flags.values.insert(interpreter.flags.values.end(), flags->begin(), flags->end());
    }
    if (require(node, !interpreter.names.empty(), "an interpreter needs names")) {
      out_.interpreters.push_back(interpreter);
    }
  }

  bool flag(const Node& node, const std::string& what) {
    auto text = reader_.text(node, what);
    require(node, text.empty() || text == "true" || text == "false", what + " must be true or false");
    return text == "true";
  }

  void runner(const Node& node) {
    Runner runner;
    reader_.mapping(node, "a runner",
                    {{"run", [&](const Node& n) { runner.commands = word_lists(n, "run"); }},
                     {"kind", [&](const Node& n) { runner.kind = kind(n); }},
                     {"same_as", text_into(runner.same_as, "same_as")},
                     {"values", texts_into(runner.flags.values, "values")},
                     {"switches", texts_into(runner.flags.switches, "switches")},
                     {"packages", texts_into(runner.packages, "packages")}});
    runner.flags.value_unless_switch = !runner.flags.switches.empty();
    runner.flags.values.insert(runner.flags.values.end(), runner.packages.begin(), runner.packages.end());
    if (require(node, !runner.commands.empty(), "a runner needs `run`, a list of commands")) {
      out_.runners.push_back(runner);
    }
  }

  Runner::Kind kind(const Node& node) {
    const std::string text = reader_.text(node, "kind");
    constexpr std::pair<const char*, Runner::Kind> kKinds[] = {{"npm", Runner::Kind::kNpm},
                                                               {"python", Runner::Kind::kPython},
                                                               {"image", Runner::Kind::kImage},
                                                               {"script", Runner::Kind::kScript},
                                                               {"command", Runner::Kind::kCommand}};
    for (const auto& [name, kind] : kKinds) {
      if (text == name) {
        return kind;
      }
    }
    reader_.error(node, "kind must be one of npm, python, image, script, command");
    return Runner::Kind::kNpm;
  }

  void command(const Node& node) {
    Command command;
    reader_.mapping(node, "a command",
                    {{"run", [&](const Node& n) { command.words = split(reader_.text(n, "run")); }},
                     {"name", text_into(command.name, "name")}});
    if (require(node, !command.words.empty() && !command.name.empty(), "a command needs `run` and `name`")) {
      out_.commands.push_back(command);
    }
  }

  // A pattern alone, or {match: PATTERN, name: NAME}.
  void patterns(const Node& node, const std::string& what, std::vector<NamePattern>& out) {
    reader_.list(node, what, [&](const Node& element) {
      NamePattern pattern;
      if (element.IsMap()) {
        reader_.mapping(element, "a pattern of " + what,
                        {{"match", text_into(pattern.pattern, "match")}, {"name", text_into(pattern.name, "name")}});
        require(element, !pattern.pattern.empty(), "a pattern needs `match`");
      } else {
        pattern.pattern = reader_.text(element, "each of " + what);
      }
      if (!pattern.pattern.empty()) {
        out.push_back(pattern);
      }
    });
  }

  std::vector<std::vector<std::string>> word_lists(const Node& node, const std::string& what) {
    std::vector<std::vector<std::string>> result;
    for (const auto& line : reader_.texts(node, what)) {
      if (auto words = split(line); !words.empty()) {
        result.push_back(words);
      }
    }
    return result;
  }

  static std::vector<std::string> split(const std::string& line) {
    std::istringstream input(line);
    return {std::istream_iterator<std::string>(input), {}};
  }

  bool require(const Node& node, bool holds, const std::string& message) {
    if (!holds) {
      reader_.error(node, message);
    }
    return holds;
  }

  Reader reader_;
  Signatures& out_;
};

std::vector<std::string> files_below(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  fs::directory_iterator entry(fs::path(directory) / "servers", error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".yml") {
      files.push_back(entry->path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

LoadedSignatures parse_signatures(const std::vector<SignatureSource>& sources) {
  auto signatures = std::make_shared<Signatures>();
  Diagnostics errors;
  for (const auto& source : sources) {
    auto node = yaml::parse(source.file, source.text, errors);
    if (node && !node->IsNull()) {
      Parser(source.file, errors, *signatures).document(*node);
    }
  }
  return {signatures, errors};
}

LoadedSignatures load_signatures(const std::vector<std::string>& rule_directories) {
  std::vector<SignatureSource> sources;
  Diagnostics errors;
  for (const auto& directory : rule_directories) {
    for (const auto& file : files_below(directory)) {
      if (auto text = yaml::read_file(file)) {
        sources.push_back({file, *text});
      } else {
        errors.push_back({file, 0, 0, text.error().message});
      }
    }
  }
  auto loaded = parse_signatures(sources);
  loaded.errors.insert(loaded.errors.end(), errors.begin(), errors.end());
  return loaded;
}

}  // namespace vedette::servers
