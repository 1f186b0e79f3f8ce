// SPDX-License-Identifier: Apache-2.0
#include "commands/self_process.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

namespace vedette::commands {
namespace {

// What it does stays for the life of a process, so it is tried in a child.
bool holds_in_child(const std::function<bool()>& condition) {
  pid_t pid = ::fork();
  if (pid == 0) {
    ::_exit(condition() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(SelfProcess, IsNotDumpableAndHasNoCore) {
  EXPECT_TRUE(holds_in_child([] {
    harden_process();
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    return ::prctl(PR_GET_DUMPABLE) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0 && ::umask(0) == 077;
  }));
}

TEST(SelfProcess, SurvivesEverySignalThatCanBeBlocked) {
  EXPECT_TRUE(holds_in_child([] {
    auto taken = take_signals();
    for (int signal = 1; signal <= SIGRTMAX; ++signal) {
      if (signal != SIGKILL && signal != SIGSTOP) {
        ::kill(::getpid(), signal);
      }
    }
    return taken.has_value();
  }));
}

TEST(SelfProcess, TakesThoseThatEndAndReload) {
  EXPECT_TRUE(holds_in_child([] {
    auto taken = take_signals();
    unsigned long seen = 0;
    for (int signal : {SIGTERM, SIGQUIT, SIGHUP, SIGINT}) {
      ::kill(::getpid(), signal);
    }
    signalfd_siginfo info{};
    while (::read(taken->get(), &info, sizeof(info)) == sizeof(info)) {
      seen |= 1UL << info.ssi_signo;
    }
    return seen == ((1UL << SIGTERM) | (1UL << SIGHUP) | (1UL << SIGINT));
  }));
}

}  // namespace
}  // namespace vedette::commands
