/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Signals: who made a process dump core, or open its debugger, and who signals the monitor. The dump itself
 * shows in the exit code (process.h), the debugger in the listening that follows (instrument.h). */
#ifndef VEDETTE_PROGRAMS_SIGNAL_H
#define VEDETTE_PROGRAMS_SIGNAL_H

#include "self.h"

/* SIGQUIT ILL TRAP ABRT BUS FPE SEGV XCPU XFSZ SYS: signal(7), "Core"; SIGUSR1 starts the inspector of
 * Node.js. */
#define NOTED_SIGNALS                                                                                        \
	((1ULL << 3) | (1ULL << 4) | (1ULL << 5) | (1ULL << 6) | (1ULL << 7) | (1ULL << 8) | (1ULL << 11) |  \
	 (1ULL << 24) | (1ULL << 25) | (1ULL << 31) | (1ULL << SIGUSR1))

static __always_inline void note_sender(struct task_struct *target, int sig)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct signal_sender sender = {};
	struct process_id id = process_of(target);

	sender.sender = process_of(task);
	if (sender.sender.tgid == id.tgid || !sender.sender.tgid)
		return;
	sender.target_start_ns = id.start_ns;
	sender.time_ns = bpf_ktime_get_boot_ns();
	sender.uid = effective_uid(task);
	sender.signal = sig;
	bpf_map_update_elem(&signal_senders, &id.tgid, &sender, BPF_ANY);
}

SEC("tp_btf/signal_generate")
int BPF_PROG(signal_generate, int sig, void *info, struct task_struct *target)
{
	if ((u32)target->tgid == agent_tgid)
		monitor_signalled(ctx, target, sig);
	else if (sig >= 1 && sig <= 31 && (NOTED_SIGNALS & (1ULL << sig)))
		note_sender(target, sig);
	return 0;
}

/* False: nobody sent it this signal. */
static __always_inline bool find_sender(struct process_id target, u32 signal, struct signal_sender *found)
{
	struct signal_sender *sender = bpf_map_lookup_elem(&signal_senders, &target.tgid);

	if (!sender || sender->target_start_ns != target.start_ns || sender->signal != signal)
		return false;
	*found = *sender;
	return true;
}

#endif
