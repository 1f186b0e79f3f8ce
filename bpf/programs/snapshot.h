/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The processes already running, with the exact start times /proc does not give. */
#ifndef VEDETTE_PROGRAMS_SNAPSHOT_H
#define VEDETTE_PROGRAMS_SNAPSHOT_H

#include "../helpers/emit.h"

/* Reading the iterator yields one struct fork_event a thread group. */
SEC("iter/task")
int running_processes(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct fork_event event = {};

	if (!task || BPF_CORE_READ(task, pid) != BPF_CORE_READ(task, tgid))
		return 0;
	fill_header(&event.header, EVENT_FORK, sizeof(event), process_of(task));
	event.header.uid = effective_uid(task);
	event.parent = process_of(BPF_CORE_READ(task, real_parent));
	event.exec_id = BPF_CORE_READ(task, self_exec_id);
	read_namespace_pid(task, &event.pid_namespace, &event.namespace_tgid);
	bpf_seq_write(ctx->meta->seq, &event, sizeof(event));
	return 0;
}

#endif
