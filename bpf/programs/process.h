/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which processes there are: exec, fork, exit. */
#ifndef VEDETTE_PROGRAMS_PROCESS_H
#define VEDETTE_PROGRAMS_PROCESS_H

#include "../helpers/emit.h"
#include "../helpers/path.h"
#include "signal.h"

static __always_inline u32 read_args(struct mm_struct *mm, char *out, u32 *flags)
{
	unsigned long start = BPF_CORE_READ(mm, arg_start);
	unsigned long size = BPF_CORE_READ(mm, arg_end) - start;

	if (size > ARGS_MAX) {
		size = ARGS_MAX;
		*flags |= EVENT_ARGS_TRUNCATED;
	}
	if (bpf_probe_read_user(out, size, (void *)start)) {
		*flags |= EVENT_ARGS_UNREADABLE;
		return 0;
	}
	return size;
}

/* The innermost cgroup's name: the unified hierarchy's, or on hybrid systems that of the first old one. */
static __always_inline u32 read_cgroup(struct task_struct *task, char *out)
{
	struct css_set *set = BPF_CORE_READ(task, cgroups);
	const char *name = BPF_CORE_READ(set, dfl_cgrp, kn, name);
	long size = bpf_probe_read_kernel_str(out, CGROUP_NAME_MAX, name);

	if (size <= 1) {
		name = BPF_CORE_READ(set, subsys[0], cgroup, kn, name);
		size = bpf_probe_read_kernel_str(out, CGROUP_NAME_MAX, name);
	}
	return size > 0 ? size : 0;
}

/* Appends a path to the strings at `at`; returns its size. */
static __always_inline u32 append_path(struct exec_record *record, u32 at, struct path *path)
{
	struct path_walk *walk = &record->walk;
	u32 size;

	walk->dentry = (u64)BPF_CORE_READ(path, dentry);
	walk->mnt = (u64)BPF_CORE_READ(path, mnt);
	walk->used = 0;
	if (!read_path(walk))
		record->event.header.flags |= EVENT_PATH_TRUNCATED;
	size = walk->used;
	if (size > EXE_MAX)
		size = EXE_MAX;
	if (at > ARGS_MAX + EXE_MAX)
		return 0;
	bpf_probe_read_kernel(record->strings + at, size, walk->names);
	return size;
}

static __always_inline void read_strings(struct task_struct *task, struct exec_record *record)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct file *exe = BPF_CORE_READ(mm, exe_file);
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	struct exec_event *event = &record->event;
	u32 used;

	event->args_size = read_args(mm, record->strings, &event->header.flags);
	used = event->args_size;
	event->exe_size = append_path(record, used, (void *)exe + bpf_core_field_offset(struct file, f_path));
	used += event->exe_size;
	event->cwd_size =
	    append_path(record, used, (void *)fs + bpf_core_field_offset(struct fs_struct, pwd));
	used += event->cwd_size;
	if (used <= ARGS_MAX + EXE_MAX + CWD_MAX)
		event->cgroup_size = read_cgroup(task, record->strings + used);
	if (!BPF_CORE_READ(exe, f_inode, i_nlink))
		event->header.flags |= EVENT_EXE_DELETED;
}

static __always_inline void emit_exec(struct task_struct *task)
{
	struct exec_record *record;
	u32 zero = 0;
	u32 size;

	record = bpf_map_lookup_elem(&exec_scratch, &zero);
	if (!record)
		return;
	__builtin_memset(&record->event, 0, sizeof(record->event));
	fill_header(&record->event.header, EVENT_EXEC, 0, process_of(task));
	record->event.header.uid = effective_uid(task);
	record->event.parent = process_of(BPF_CORE_READ(task, real_parent));
	record->event.exec_id = BPF_CORE_READ(task, self_exec_id);
	read_namespace_pid(task, &record->event.pid_namespace, &record->event.namespace_tgid);
	read_strings(task, record);
	size = sizeof(record->event) + record->event.args_size + record->event.exe_size +
	       record->event.cwd_size + record->event.cgroup_size;
	record->event.header.size = size;
	if (size > sizeof(record->event) + EXEC_STRINGS_MAX)
		return;
	/* By itself the ring wakes only a reader that had read all, and forks before may lie unread. */
	if (bpf_ringbuf_output(&process_ring, record, size, BPF_RB_FORCE_WAKEUP))
		count_loss(LOSS_PROCESS_RING_FULL);
}

/* A process that was ignored may now be anything. */
static __always_inline void forget_ignored(u32 tgid)
{
	struct verdict_value *value = bpf_map_lookup_elem(&verdicts, &tgid);

	if (value && value->verdict == VERDICT_IGNORED)
		bpf_map_delete_elem(&verdicts, &tgid);
}

/* PTRACE_TRACEME before exec, or a tracer that follows forks: neither makes a ptrace call on this process. */
static __always_inline void report_traced_exec(struct task_struct *task)
{
	struct access access = {.behavior = BEHAVIOR_PTRACE_ATTACH, .flags = EVENT_TRACED_EXEC};
	struct task_struct *tracer = BPF_CORE_READ(task, parent);

	access.actor = process_of(tracer);
	access.target = process_of(task);
	access.uid = effective_uid(tracer);
	emit_access(&access);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct *task)
{
	forget_ignored(BPF_CORE_READ(task, tgid));
	emit_exec(task);
	if (BPF_CORE_READ(task, ptrace))
		report_traced_exec(task);
	return 0;
}

static __always_inline void inherit_verdict(struct process_id parent, struct process_id child)
{
	struct verdict_value *value = bpf_map_lookup_elem(&verdicts, &parent.tgid);
	struct verdict_value copy;

	if (!value || value->start_ns != parent.start_ns)
		return;
	copy = *value;
	copy.start_ns = child.start_ns;
	if (bpf_map_update_elem(&verdicts, &child.tgid, &copy, BPF_ANY))
		count_loss(LOSS_VERDICT_MAP_FULL);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_fork, struct task_struct *parent, struct task_struct *child)
{
	struct fork_event *event;
	struct process_id id;

	if (BPF_CORE_READ(child, pid) != BPF_CORE_READ(child, tgid))
		return 0;
	id = process_of(child);
	inherit_verdict(process_of(parent), id);
	event = bpf_ringbuf_reserve(&process_ring, sizeof(*event), 0);
	if (!event) {
		count_loss(LOSS_PROCESS_RING_FULL);
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	fill_header(&event->header, EVENT_FORK, sizeof(*event), id);
	event->header.uid = effective_uid(child);
	event->parent = process_of(parent);
	event->exec_id = BPF_CORE_READ(child, self_exec_id);
	read_namespace_pid(child, &event->pid_namespace, &event->namespace_tgid);
	bpf_ringbuf_submit(event, lazy_wakeup());
	return 0;
}

static __always_inline void report_core_dump(struct task_struct *task, struct process_id id, u32 code)
{
	struct access access = {.actor = id, .target = id, .behavior = BEHAVIOR_CORE_DUMP};
	struct signal_sender sender;

	access.detail = code & 0x7f;
	access.uid = effective_uid(task);
	if (find_sender(id, access.detail, &sender)) {
		access.actor = sender.sender;
		access.uid = sender.uid;
	}
	emit_access(&access);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task)
{
	struct process_id id;
	struct exit_event *event;
	u32 code;

	/* Threads end without their process; the leader may end before it. */
	if (BPF_CORE_READ(task, signal, live.counter))
		return 0;
	id = process_of(task);
	code = BPF_CORE_READ(task, signal, group_exit_code);
	if (!code)
		code = BPF_CORE_READ(task, exit_code);
	if (code & WCOREFLAG)
		report_core_dump(task, id, code);
	bpf_map_delete_elem(&verdicts, &id.tgid);
	event = bpf_ringbuf_reserve(&process_ring, sizeof(*event), 0);
	if (!event) {
		count_loss(LOSS_PROCESS_RING_FULL);
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));
	fill_header(&event->header, EVENT_EXIT, sizeof(*event), id);
	event->header.uid = effective_uid(task);
	event->code = code;
	bpf_ringbuf_submit(event, lazy_wakeup());
	return 0;
}

#endif
