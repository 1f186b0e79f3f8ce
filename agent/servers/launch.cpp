// SPDX-License-Identifier: Apache-2.0
#include "servers/launch.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "base/text.h"

namespace vedette::servers {
namespace {

using std::string_view;
using Kind = Subject::Kind;

constexpr int kDepthLimit = 4;  // env → npx → script → program
constexpr string_view kModules = "node_modules/";

constexpr string_view kScriptEndings[] = {".js", ".mjs", ".cjs", ".ts", ".mts", ".py", ".jar", ".dll", ".sh"};
// Names that say nothing of what the script is for: the directory above does.
constexpr string_view kPlainFiles[] = {"index", "main", "server", "cli", "app", "start", "stdio", "__main__"};
constexpr string_view kPlainDirectories[] = {"dist", "build", "src", "lib", "out", "bin", "cjs", "esm", "server"};

string_view without_ending(string_view file) {
  for (string_view ending : kScriptEndings) {
    if (file.ends_with(ending)) {
      return file.substr(0, file.size() - ending.size());
    }
  }
  return file;
}

bool is_one_of(string_view name, std::span<const string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

string_view parent_path(string_view path) {
  size_t slash = path.rfind('/');
  return slash == string_view::npos ? string_view() : path.substr(0, slash);
}

// "/a/mcp-server-x/dist/index.js" → "mcp-server-x", "/a/mcp-server-x.py" → "mcp-server-x"
string_view telling_name(string_view path) {
  string_view name = without_ending(base_name(path));
  if (!is_one_of(name, kPlainFiles)) {
    return name;
  }
  do {
    path = parent_path(path);
  } while (is_one_of(base_name(path), kPlainDirectories));
  return base_name(path);
}

// "node_modules/@a/b/dist/x.js" → "@a/b"; for node_modules/.bin/x and outside of node_modules "".
string_view module_package(string_view path) {
  size_t at = path.rfind(kModules);
  if (at == string_view::npos) {
    return "";
  }
  path.remove_prefix(at + kModules.size());
  size_t end = path.find('/');
  if (path.starts_with('@') && end != string_view::npos) {
    end = path.find('/', end + 1);
  }
  path = path.substr(0, end);
  return path.starts_with('.') ? "" : path;
}

bool names(const Interpreter& interpreter, string_view program) {
  return std::any_of(interpreter.names.begin(), interpreter.names.end(),
                     [&](const auto& pattern) { return wildcard_match(pattern, program); });
}

class Parser {
 public:
  explicit Parser(const Signatures& signatures) : signatures_(signatures) {}

  void words(WordSpan words, string_view executable, int depth) {
    if (words.empty() || depth > kDepthLimit) {
      return;
    }
    string_view program = base_name(words[0]);
    if (program == "env") {
      env(words.subspan(1), depth);
    } else if (auto [runner, rest] = runner_of(words, signatures_); runner != nullptr) {
      run(*runner, rest, depth);
    } else if (const auto* interpreter = interpreter_for(words, executable)) {
      interpret(*interpreter, words, depth);
    } else {
      this->program(words, executable);
    }
  }

  Launch take() { return std::move(launch_); }

 private:
  void add(Kind kind, std::string name) {
    if (!name.empty()) {
      launch_.subjects.push_back({kind, std::move(name)});
    }
  }

  // An interpreter started under another name is known by its executable.
  const Interpreter* interpreter_for(WordSpan words, string_view executable) {
    const auto* by_name = interpreter_of(base_name(words[0]), signatures_);
    return by_name != nullptr || words.size() < 2 ? by_name : interpreter_of(base_name(executable), signatures_);
  }

  void env(WordSpan rest, int depth) {
    static const Flags kFlags = {{"-u", "--unset", "-C", "--chdir"}, {}, false};
    rest = skip_flags(rest, kFlags);
    while (!rest.empty() && rest[0].find('=') != std::string::npos) {
      rest = rest.subspan(1);
    }
    words(rest, "", depth + 1);
  }

  void program(WordSpan words, string_view executable) {
    add(Kind::kProgram, std::string(base_name(words[0])));
    if (!executable.empty() && base_name(executable) != base_name(words[0])) {
      add(Kind::kProgram, std::string(base_name(executable)));
    }
    command(words);
  }

  void command(WordSpan words) {
    launch_.command.assign(words.begin(), words.end());
    launch_.command[0] = without_ending(base_name(words[0]));
  }

  void run(const Runner& runner, WordSpan rest, int depth) {
    std::vector<std::string> packages;
    rest = skip_flags(rest, runner.flags, [&](const Flag& flag) {
      if (contains(runner.packages, flag.name)) {
        packages.push_back(flag.value);
      }
      return true;
    });
    if (!rest.empty()) {
      run_first(runner, rest, depth);
    }
    for (const auto& package : packages) {
      add_package(runner.kind == Runner::Kind::kNpm ? Kind::kNpm : Kind::kPython, package);
    }
  }

  void run_first(const Runner& runner, WordSpan words, int depth) {
    switch (runner.kind) {
      case Runner::Kind::kNpm:
        return add_package(Kind::kNpm, words[0]);
      case Runner::Kind::kPython:
        return add_package(Kind::kPython, words[0]);
      case Runner::Kind::kImage:
        return add(Kind::kImage, image_name(words[0]));
      case Runner::Kind::kScript:
        return script(words, depth);
      case Runner::Kind::kCommand:
        return command_or_script(words, depth);
    }
  }

  void add_package(Kind kind, const std::string& spec) {
    bool path = spec.starts_with('.') || spec.starts_with('/') || spec.starts_with("file:");
    if (path) {
      add(Kind::kProgram, std::string(telling_name(spec)));
    } else {
      add(kind, kind == Kind::kNpm ? npm_name(spec) : python_name(spec));
    }
  }

  void command_or_script(WordSpan words, int depth) {
    if (without_ending(words[0]).size() < words[0].size()) {
      script(words, depth);
    } else {
      this->words(words, "", depth + 1);
    }
  }

  void interpret(const Interpreter& interpreter, WordSpan words, int depth) {
    if (!names(interpreter, base_name(words[0]))) {
      add(Kind::kProgram, std::string(base_name(words[0])));
    }
    Flag last;
    WordSpan rest = skip_flags(words.subspan(1), interpreter.flags, [&](const Flag& flag) {
      last = flag;
      return !contains(interpreter.code, flag.name) && !contains(interpreter.modules, flag.name) &&
             !contains(interpreter.scripts, flag.name);
    });
    if (!rest.empty()) {
      script(rest, depth);
    } else if (contains(interpreter.modules, last.name)) {
      add(Kind::kPython, python_name(last.value.substr(0, last.value.find('.'))));
    } else if (contains(interpreter.scripts, last.name)) {
      script(std::span(&last.value, 1), depth);
    } else if (words.size() == 1) {
      add(Kind::kProgram, std::string(base_name(words[0])));
    }
  }

  void script(WordSpan words, int depth) {
    const auto& path = words[0];
    if (path.starts_with("npm:") || path.starts_with("jsr:")) {
      return add_package(Kind::kNpm, path);
    }
    launch_.script = path;
    if (auto package = module_package(path); !package.empty() && !runs_on(words)) {
      add(Kind::kNpm, std::string(package));
      return command(words);
    }
    if (runs_on(words)) {
      Words inner(words.begin(), words.end());
      inner[0] = base_name(path);
      return this->words(inner, "", depth + 1);
    }
    add(Kind::kProgram, std::string(telling_name(path)));
    command(words);
  }

  // A script that itself runs what its arguments say: npx, tsx.
  [[nodiscard]] bool runs_on(WordSpan words) const {
    return runner_of(words, signatures_).runner != nullptr ||
           interpreter_of(base_name(words[0]), signatures_) != nullptr;
  }

  const Signatures& signatures_;
  Launch launch_;
};

Words without_trailing_empty(const Words& args) {
  Words words = args;
  while (!words.empty() && words.back().empty()) {
    words.pop_back();
  }
  return words;
}

// The words after `command` when the words start with it; flags may stand between its words.
std::optional<WordSpan> after_command(WordSpan words, const std::vector<std::string>& command, const Flags& flags) {
  if (words.empty() || base_name(words[0]) != command[0]) {
    return std::nullopt;
  }
  words = words.subspan(1);
  for (size_t i = 1; i < command.size(); ++i) {
    words = skip_flags(words, flags);
    if (words.empty() || words[0] != command[i]) {
      return std::nullopt;
    }
    words = words.subspan(1);
  }
  return words;
}

}  // namespace

const Interpreter* interpreter_of(string_view program, const Signatures& signatures) {
  auto found = std::find_if(signatures.interpreters.begin(), signatures.interpreters.end(),
                            [&](const auto& interpreter) { return names(interpreter, program); });
  return found == signatures.interpreters.end() ? nullptr : &*found;
}

RunnerMatch runner_of(WordSpan words, const Signatures& signatures) {
  for (const auto& runner : signatures.runners) {
    for (const auto& command : runner.commands) {
      if (auto rest = after_command(words, command, runner.flags)) {
        return {&runner, *rest};
      }
    }
  }
  return {};
}

bool is_title(const Process& process, const Signatures& signatures) {
  Words words = without_trailing_empty(process.args);
  if (words.size() != 1 || words[0].find(' ') == std::string::npos) {
    return false;
  }
  const auto* interpreter = interpreter_of(base_name(process.executable), signatures);
  return interpreter != nullptr && interpreter->titles;
}

Words words_of(const Process& process, const Signatures& signatures) {
  if (!is_title(process, signatures)) {
    return without_trailing_empty(process.args);
  }
  Words words;
  std::istringstream title(process.args[0]);
  for (std::string word; title >> word;) {
    words.push_back(word);
  }
  return words;
}

Launch launch_of(const Process& process, const Signatures& signatures) {
  Parser parser(signatures);
  Words words = words_of(process, signatures);
  if (words.empty() && !process.executable.empty()) {
    words.push_back(process.executable);
  }
  // A title replaces the interpreter's own arguments, so only its words count.
  parser.words(words, is_title(process, signatures) ? "" : process.executable, 0);
  return parser.take();
}

}  // namespace vedette::servers
