// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/fd.h"
#include "base/result.h"

namespace vedette::commands {

// Nobody but root may look into this process from now on, nor into the files it makes, and it leaves no core.
void harden_process();

// What has been freed goes to other threads or back to the kernel, rather than stay with the thread that used it.
void limit_heap();

// Blocks every signal that can be blocked, so that none but SIGKILL and SIGSTOP ends or stops this process. To be read
// from the descriptor: SIGTERM, SIGINT, SIGHUP. Threads started later inherit it.
Result<Fd> take_signals();

}  // namespace vedette::commands
