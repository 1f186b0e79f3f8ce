// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "programs/process.h"
#include "programs/signal.h"
#include "programs/procfs.h"
#include "programs/access.h"
#include "programs/instrument.h"
#include "programs/network.h"
#include "programs/io_uring.h"
#include "programs/snapshot.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
