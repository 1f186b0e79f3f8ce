/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef VEDETTE_TASK_H
#define VEDETTE_TASK_H

#include "../compat.h"
#include "../maps.h"

static __always_inline struct process_id process_of(struct task_struct *task)
{
	struct process_id id = {};

	id.tgid = BPF_CORE_READ(task, tgid);
	id.start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	return id;
}

/* NULL: it is gone. */
static __always_inline struct task_struct *task_of_pid(struct pid *pid)
{
	struct hlist_node *node = BPF_CORE_READ(pid, tasks[PIDTYPE_PID].first);

	if (!node)
		return NULL;
	return (void *)node - bpf_core_field_offset(struct task_struct, pid_links[PIDTYPE_PID]);
}

static __always_inline u32 effective_uid(struct task_struct *task)
{
	return BPF_CORE_READ(task, cred, euid.val);
}

static __always_inline void read_namespace_pid(struct task_struct *task, u64 *namespace, u32 *number)
{
	struct pid *pid = BPF_CORE_READ(task, group_leader, thread_pid);
	unsigned int level = BPF_CORE_READ(pid, level);
	void *numbers = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	struct upid *upid = numbers + level * bpf_core_type_size(struct upid);

	*number = BPF_CORE_READ(upid, nr);
	*namespace = BPF_CORE_READ(upid, ns, ns.inum);
}

static __always_inline struct process_id current_process(void)
{
	struct process_id id = {.tgid = bpf_get_current_pid_tgid() >> 32, .start_ns = current_start_ns()};

	return id;
}

static __always_inline u32 verdict_of(struct process_id process, u32 exec_id)
{
	struct verdict_value *value = bpf_map_lookup_elem(&verdicts, &process.tgid);

	if (!value || value->start_ns != process.start_ns)
		return VERDICT_PENDING;
	if (value->verdict == VERDICT_IGNORED && value->exec_id != EXEC_ID_ANY && value->exec_id != exec_id)
		return VERDICT_PENDING;
	return value->verdict;
}

#endif
