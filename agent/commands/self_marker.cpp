// SPDX-License-Identifier: Apache-2.0
#include "commands/self_marker.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/fd.h"

namespace vedette::commands {

std::optional<MarkedRun> unfinished_run(const std::string& file) {
  std::ifstream in(file);
  MarkedRun run;
  return in >> run.boot_id >> run.pid ? std::optional(run) : std::nullopt;
}

Status mark_run(const std::string& file, const MarkedRun& run) {
  ::unlink(file.c_str());
  Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  std::string text = run.boot_id + " " + std::to_string(run.pid) + "\n";
  bool written = fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return written ? Status() : fail_errno("cannot write " + file);
}

void unmark_run(const std::string& file) { ::unlink(file.c_str()); }

}  // namespace vedette::commands
