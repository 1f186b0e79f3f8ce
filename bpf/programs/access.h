/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One process reaching into another: /proc/PID/environ and mem, process_vm_*, ptrace, pidfd_getfd. */
#ifndef VEDETTE_PROGRAMS_ACCESS_H
#define VEDETTE_PROGRAMS_ACCESS_H

#include "../helpers/emit.h"
#include "../helpers/file.h"

/* The process whose directory of procfs holds the inode; NULL for procfs files of no process. */
static __always_inline struct pid *procfs_pid(struct inode *inode)
{
	struct proc_inode *proc = (void *)inode - bpf_core_field_offset(struct proc_inode, vfs_inode);

	return BPF_CORE_READ(proc, pid);
}

/* BEHAVIOR_NONE: not a file that gives a process away. */
static __always_inline u32 behavior_of_name(const char *name, u32 mode)
{
	if (!__builtin_memcmp(name, "environ", 8))
		return BEHAVIOR_ENVIRON_READ;
	if (!__builtin_memcmp(name, "mem", 4))
		return mode & FMODE_WRITE ? BEHAVIOR_MEMORY_WRITE : BEHAVIOR_MEMORY_READ;
	return BEHAVIOR_NONE;
}

static __always_inline void opened_in_procfs(struct file *file, u32 flags)
{
	struct process_id target;
	char name[8] = {};
	u32 mode = BPF_CORE_READ(file, f_mode);
	struct pid *pid;
	u32 behavior;

	/* O_PATH reads nothing; a reopen through it comes by here again. */
	if (mode & FMODE_PATH)
		return;
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	behavior = behavior_of_name(name, mode);
	if (behavior == BEHAVIOR_NONE)
		return;
	pid = procfs_pid(BPF_CORE_READ(file, f_inode));
	if (!pid)
		return;
	target = process_of_pid(pid);
	if (target.tgid)
		report(target, behavior, 0, 0, flags);
}

static __always_inline void opened(struct file *file, u32 flags)
{
	if (file && magic_of(file) == PROC_SUPER_MAGIC)
		opened_in_procfs(file, flags);
}

/* The process in whose procfs directory a relative path begins; tgid 0 when it begins elsewhere. */
static __always_inline struct process_id base_of(int dirfd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct process_id none = {};
	struct inode *inode;
	struct pid *pid;

	if (dirfd == AT_FDCWD)
		inode = BPF_CORE_READ(task, fs, pwd.dentry, d_inode);
	else
		inode = BPF_CORE_READ(current_file(dirfd), f_inode);
	if (BPF_CORE_READ(inode, i_sb, s_magic) != PROC_SUPER_MAGIC)
		return none;
	pid = procfs_pid(inode);
	return pid ? process_of_pid(pid) : none;
}

static __always_inline u32 behavior_of_path(const char *path, u32 size)
{
	char tail[8] = {};

	if (size >= 8) {
		bpf_probe_read_kernel(tail, 8, path + ((size - 8) & (ACCESS_PATH_MAX - 1)));
		if (!__builtin_memcmp(tail, "environ", 8))
			return BEHAVIOR_ENVIRON_READ;
	}
	if (size >= 4) {
		bpf_probe_read_kernel(tail, 4, path + ((size - 4) & (ACCESS_PATH_MAX - 1)));
		if (!__builtin_memcmp(tail, "mem", 4))
			return BEHAVIOR_MEMORY_READ;
	}
	return BEHAVIOR_NONE;
}

static __always_inline void emit_refused(const struct access *access, const char *path, u32 length)
{
	struct access_event *event = reserve_access(access);

	if (!event)
		return;
	__builtin_memcpy(event->path, path, sizeof(event->path));
	event->path_size = length;
	bpf_ringbuf_submit(event, 0);
}

/* A refused open has no object: the path as the actor wrote it is all there is. */
static __always_inline void refused(const char *user_path, int dirfd, s32 result)
{
	struct access access = {.result = result, .flags = EVENT_TARGET_BY_PATH};
	u32 zero = 0;
	struct path_text *path = bpf_map_lookup_elem(&path_scratch, &zero);
	long size;

	if (!path)
		return;
	size = bpf_probe_read_user_str(path->text, sizeof(path->text), user_path);
	if (size <= 0)
		return;
	access.behavior = behavior_of_path(path->text, size);
	if (access.behavior == BEHAVIOR_NONE)
		return;
	if (path->text[0] != '/')
		access.target = base_of(dirfd);
	access.actor = current_process();
	access.uid = current_uid();
	if (access.actor.tgid != agent_tgid)
		emit_refused(&access, path->text, size - 1);
}

static __always_inline int open_returned(long result, int path_argument)
{
	if (result >= 0) {
		opened(current_file(result), 0);
	} else if (result == -EACCES || result == -EPERM) {
		int dirfd = path_argument ? (int)current_argument(0) : AT_FDCWD;

		refused((const char *)current_argument(path_argument), dirfd, result);
	}
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_open")
int open_exit(struct trace_event_raw_sys_exit *ctx)
{
	return open_returned(ctx->ret, 0);
}

SEC("tracepoint/syscalls/sys_exit_creat")
int creat_exit(struct trace_event_raw_sys_exit *ctx)
{
	return open_returned(ctx->ret, 0);
}

SEC("tracepoint/syscalls/sys_exit_openat")
int openat_exit(struct trace_event_raw_sys_exit *ctx)
{
	return open_returned(ctx->ret, 1);
}

SEC("tracepoint/syscalls/sys_exit_openat2")
int openat2_exit(struct trace_event_raw_sys_exit *ctx)
{
	return open_returned(ctx->ret, 1);
}

static __always_inline void report_by_number(u32 behavior, u32 number, long result, u32 detail)
{
	struct process_id target = {.tgid = number};

	/* Only refusals are of interest among failures: EFAULT, ESRCH and the like reached nobody. */
	if (result < 0 && result != -EPERM && result != -EACCES)
		return;
	report(target, behavior, result < 0 ? result : 0, detail, EVENT_TARGET_BY_NUMBER);
}

SEC("tracepoint/syscalls/sys_exit_process_vm_readv")
int process_vm_readv_exit(struct trace_event_raw_sys_exit *ctx)
{
	report_by_number(BEHAVIOR_MEMORY_READ, current_argument(0), ctx->ret, 0);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_process_vm_writev")
int process_vm_writev_exit(struct trace_event_raw_sys_exit *ctx)
{
	report_by_number(BEHAVIOR_MEMORY_WRITE, current_argument(0), ctx->ret, 0);
	return 0;
}

/* ptrace_link() puts the newest tracee first in the tracer's list. */
static __always_inline struct process_id newest_tracee(struct task_struct *tracer)
{
	struct list_head *entry = BPF_CORE_READ(tracer, ptraced.next);

	return process_of((void *)entry - bpf_core_field_offset(struct task_struct, ptrace_entry));
}

SEC("tracepoint/syscalls/sys_exit_ptrace")
int ptrace_exit(struct trace_event_raw_sys_exit *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	u32 request = current_argument(0);

	if (request != PTRACE_ATTACH && request != PTRACE_SEIZE)
		return 0;
	if (ctx->ret == 0)
		report(newest_tracee(task), BEHAVIOR_PTRACE_ATTACH, 0, request, 0);
	else
		report_by_number(BEHAVIOR_PTRACE_ATTACH, current_argument(1), ctx->ret, request);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_pidfd_getfd")
int pidfd_getfd_exit(struct trace_event_raw_sys_exit *ctx)
{
	struct process_id target = {};
	struct file *file;

	if (ctx->ret < 0 && ctx->ret != -EPERM)
		return 0;
	file = current_file(current_argument(0));
	if (file)
		target = process_of_pid(pidfd_pid(file));
	if (target.tgid)
		report(target, BEHAVIOR_FD_STEAL, ctx->ret < 0 ? ctx->ret : 0, 0, 0);
	else
		count_loss(LOSS_READ_FAULT);
	return 0;
}

#endif
