/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A process made to be looked into: a debugger it opens itself when told to, perf events and uprobes on it.
 */
#ifndef VEDETTE_PROGRAMS_INSTRUMENT_H
#define VEDETTE_PROGRAMS_INSTRUMENT_H

#include "../helpers/file.h"
#include "signal.h"

/* What listens so long after the signal has another reason. */
#define DEBUGGER_NS 5000000000ULL

static __always_inline int listens(struct sock *sk)
{
	struct access access = {.behavior = BEHAVIOR_LISTEN, .target = current_process()};
	struct signal_sender sender;

	if (!find_sender(access.target, SIGUSR1, &sender))
		return 0;
	if (bpf_ktime_get_boot_ns() - sender.time_ns > DEBUGGER_NS)
		return 0;
	access.actor = sender.sender;
	access.uid = sender.uid;
	access.detail = BPF_CORE_READ(sk, __sk_common.skc_num);
	emit_unless_own(&access, EXEC_ID_ANY);
	return 0;
}

SEC("fexit/inet_listen")
int BPF_PROG(listened, struct socket *socket, int backlog, int result)
{
	return result ? 0 : listens(socket->sk);
}

SEC("tracepoint/syscalls/sys_exit_listen")
int listen_exit(struct trace_event_raw_sys_exit *ctx)
{
	struct file *file;
	struct socket *socket;

	if (ctx->ret)
		return 0;
	file = current_file(current_argument(0));
	if (!file || magic_of(file) != SOCKFS_MAGIC)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	return listens(BPF_CORE_READ(socket, sk));
}

/* Stacks, registers and, by uprobes, any memory can be sampled. The children's copies of an event are no
 * news. */
static __always_inline int perf_event_made(struct perf_event *event)
{
	struct task_struct *target = BPF_CORE_READ(event, hw.target);

	if (target && !BPF_CORE_READ(event, parent))
		report(target, BEHAVIOR_MEMORY_READ, 0, 0, 0);
	return 0;
}

SEC("fexit/security_perf_event_alloc")
int BPF_PROG(perf_event_allocated, struct perf_event *event, int result)
{
	return result ? 0 : perf_event_made(event);
}

SEC("tracepoint/syscalls/sys_exit_perf_event_open")
int perf_event_open_exit(struct trace_event_raw_sys_exit *ctx)
{
	struct file *file;

	if (ctx->ret < 0)
		return 0;
	file = current_file(ctx->ret);
	return file ? perf_event_made(BPF_CORE_READ(file, private_data)) : 0;
}

#endif
