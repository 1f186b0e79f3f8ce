// SPDX-License-Identifier: Apache-2.0
// Tells when the files below rule directories have changed and come to rest. Sees new subdirectories, files renamed
// into place, symbolic links on the way to a directory or a file that point elsewhere now, and a directory that goes or
// comes.
#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace vedette::commands {

struct Patience {
  std::chrono::milliseconds quiet{500};   // without a further change
  std::chrono::milliseconds limit{5000};  // after the first one
};

class RuleWatch {
 public:
  static Result<RuleWatch> start(const std::vector<std::string>& directories, Patience patience = {});

  // To be polled for input.
  [[nodiscard]] std::array<int, 2> descriptors() const { return {inotify_.get(), timer_.get()}; }
  // Takes in what has happened. True: it is time to read the rules again.
  bool settled();
  // Other directories from now on. Settles once without a change, for what happened before they were watched.
  void watch(const std::vector<std::string>& directories);
  // Why some change may go unseen, "" when none can.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  struct Watched {
    bool whole = false;           // every file in it, else only:
    std::set<std::string> names;  // what leads to a rule
  };
  using Clock = std::chrono::steady_clock;

  RuleWatch(Fd inotify, Fd timer, Patience patience)
      : inotify_(std::move(inotify)), timer_(std::move(timer)), patience_(patience) {}

  bool take_changes();
  bool take(int watch, uint32_t mask, const std::string& name);
  void wait_for_rest();
  void rewatch();
  void add_tree(const std::filesystem::path& directory);
  void add_way(const std::filesystem::path& path, int links_left);
  Watched* add(const std::filesystem::path& directory, uint32_t mask);

  Fd inotify_;
  Fd timer_;
  Patience patience_;
  std::vector<std::filesystem::path> directories_;
  std::map<int, Watched> watched_;            // by watch descriptor
  std::optional<Clock::time_point> changed_;  // the first change not settled yet
  bool moved_ = false;                        // other directories may be on the way now
  std::string trouble_;
};

}  // namespace vedette::commands
