// SPDX-License-Identifier: Apache-2.0
// What a process runs, read from its arguments word by word as the program itself would read them: a name that only
// occurs somewhere in the command line (grep, an editor, `npm install`, `sh -c`) is nothing that runs.
#pragma once

#include <string>
#include <vector>

#include "process/process.h"
#include "servers/flags.h"
#include "servers/signatures.h"

namespace vedette::servers {

struct Subject {
  enum class Kind { kProgram, kNpm, kPython, kImage };
  Kind kind = Kind::kProgram;
  std::string name;  // without version, tag and digest
};

struct Launch {
  std::vector<Subject> subjects;  // what may give the server its name, best first
  std::string script;             // path of the script, "" none
  Words command;                  // the program or script without directories, then its arguments
};

Launch launch_of(const Process& process, const Signatures& signatures);

// The arguments; "npm exec X", the title a node program gave itself, as the words it stands for.
Words words_of(const Process& process, const Signatures& signatures);
bool is_title(const Process& process, const Signatures& signatures);

const Interpreter* interpreter_of(std::string_view program, const Signatures& signatures);

// A runner at the start of the words; `rest` is what follows its command.
struct RunnerMatch {
  const Runner* runner = nullptr;
  WordSpan rest;
};
RunnerMatch runner_of(WordSpan words, const Signatures& signatures);

// "@scope/pkg@1.2" → "@scope/pkg", "git+https://host/a/b.git#main" → "b".
std::string npm_name(std::string_view spec);
// "Pkg_a[x]==1.2" → "pkg-a".
std::string python_name(std::string_view spec);
// "docker.io/mcp/git:1@sha256:…" → "mcp/git".
std::string image_name(std::string_view reference);

}  // namespace vedette::servers
