/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is done to the monitor itself: signals. Other accesses are told of every process. */
#ifndef VEDETTE_PROGRAMS_SELF_H
#define VEDETTE_PROGRAMS_SELF_H

#include "../helpers/emit.h"

/* kernel/signal.c: in place of a siginfo, for what the kernel sends by itself, such as a terminal's Ctrl-C.
 */
#define SEND_SIG_PRIV 1

/* Also of a signal that is blocked or ignored. A child's end is nobody's doing. */
static __always_inline void monitor_signalled(unsigned long long *ctx, struct task_struct *target, int sig)
{
	struct access access = {.behavior = BEHAVIOR_SIGNAL, .detail = sig};
	unsigned long info = 0;

	/* Loaded from the context it would be a pointer, that must not be compared. */
	bpf_probe_read_kernel(&info, sizeof(info), &ctx[1]);
	if (info == SEND_SIG_PRIV || sig == SIGCHLD)
		return;
	aim(&access, target);
	access.actor = current_process();
	access.uid = current_uid();
	if (access.actor.tgid != agent_tgid)
		emit_access(&access);
}

#endif
