/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One process reaching into another through procfs: /proc/PID/environ and mem. */
#ifndef VEDETTE_PROGRAMS_PROCFS_H
#define VEDETTE_PROGRAMS_PROCFS_H

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

/*
 * Which functions and which system calls are probed depends on the kernel, and one open may pass by both.
 * What was told otherwise is of a former file at that address.
 */
static __always_inline bool open_is_told(struct file *file, u32 behavior)
{
	u64 key = (u64)file;
	struct opened_file *opened = bpf_map_lookup_elem(&opened_files, &key);

	return opened && opened->told_as == behavior;
}

static __always_inline void remember_opener(struct file *file, const struct access *access, u32 told_as)
{
	struct opened_file opened = {.opener = current_process(), .target = access->target};
	u64 key = (u64)file;

	opened.target_exec_id = access->target_exec_id;
	opened.told_as = told_as;
	bpf_map_update_elem(&opened_files, &key, &opened, BPF_ANY);
}

static __always_inline void tell_refusal(struct task_struct *target, u32 behavior, s32 result)
{
	u64 thread = bpf_get_current_pid_tgid();
	u32 told = 1;

	if (syscall_under_way() == SYSCALL_OPEN)
		bpf_map_update_elem(&refusals_told, &thread, &told, BPF_ANY);
	report(target, behavior, result, 0, 0);
}

static __always_inline bool refusal_is_told(void)
{
	u64 thread = bpf_get_current_pid_tgid();

	return bpf_map_delete_elem(&refusals_told, &thread) == 0;
}

static __always_inline void opened_in_procfs(struct file *file, u32 flags)
{
	struct access access = {.flags = flags};
	struct task_struct *target;
	char name[8] = {};
	u32 mode = BPF_CORE_READ(file, f_mode);
	struct pid *pid;

	/* O_PATH reads nothing; a reopen through it comes by here again. */
	if (mode & FMODE_PATH)
		return;
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	access.behavior = behavior_of_name(name, mode);
	if (access.behavior == BEHAVIOR_NONE || open_is_told(file, access.behavior))
		return;
	pid = procfs_pid(BPF_CORE_READ(file, f_inode));
	if (!pid)
		return;
	target = task_of_pid(pid);
	if (!target)
		return;
	aim(&access, target);
	remember_opener(file, &access, BEHAVIOR_NONE);
	report_access(&access);
}

static __always_inline void opened(struct file *file, u32 flags)
{
	if (file && magic_of(file) == PROC_SUPER_MAGIC)
		opened_in_procfs(file, flags);
}

/* The process in whose procfs directory a relative path begins; NULL when it begins elsewhere. */
static __always_inline struct task_struct *base_of(int dirfd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct inode *inode;
	struct pid *pid;

	if (dirfd == AT_FDCWD)
		inode = BPF_CORE_READ(task, fs, pwd.dentry, d_inode);
	else
		inode = BPF_CORE_READ(current_file(dirfd), f_inode);
	if (BPF_CORE_READ(inode, i_sb, s_magic) != PROC_SUPER_MAGIC)
		return NULL;
	pid = procfs_pid(inode);
	return pid ? task_of_pid(pid) : NULL;
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
		aim(&access, base_of(dirfd));
	access.actor = current_process();
	access.uid = current_uid();
	if (access.actor.tgid != agent_tgid)
		emit_refused(&access, path->text, size - 1);
}

static __always_inline int open_returned(long result, int path_argument)
{
	if (result >= 0) {
		opened(current_file(result), 0);
	} else if ((result == -EACCES || result == -EPERM) && !refusal_is_told()) {
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

/* The open operation of a procfs file: past the file mode, before or after the ptrace check by `result`. */
static __always_inline int procfs_opened(struct inode *inode, struct file *file, u32 behavior, long result)
{
	struct access access = {.behavior = behavior};
	struct pid *pid = procfs_pid(inode);
	struct task_struct *target;

	if (!pid || (result < 0 && result != -EACCES && result != -EPERM))
		return 0;
	target = task_of_pid(pid);
	if (!target)
		return 0;
	if (result < 0) {
		tell_refusal(target, behavior, result);
		return 0;
	}
	aim(&access, target);
	remember_opener(file, &access, behavior);
	report_access(&access);
	return 0;
}

SEC("fexit/environ_open")
int BPF_PROG(environ_opened, struct inode *inode, struct file *file, int result)
{
	return procfs_opened(inode, file, BEHAVIOR_ENVIRON_READ, result);
}

SEC("fexit/mem_open")
int BPF_PROG(mem_opened, struct inode *inode, struct file *file, int result)
{
	u32 behavior = file->f_mode & FMODE_WRITE ? BEHAVIOR_MEMORY_WRITE : BEHAVIOR_MEMORY_READ;

	return procfs_opened(inode, file, behavior, result);
}

/* What its opener does with a descriptor was told when it opened it. */
static __always_inline int procfs_used(struct file *file, u32 behavior)
{
	struct access access = {.behavior = behavior};
	struct process_id reader = current_process();
	u64 key = (u64)file;
	struct opened_file *opened = bpf_map_lookup_elem(&opened_files, &key);
	struct pid *pid;

	if (opened) {
		if (opened->opener.tgid == reader.tgid && opened->opener.start_ns == reader.start_ns)
			return 0;
		access.opener = opened->opener;
		access.target = opened->target;
		access.target_exec_id = opened->target_exec_id;
	} else {
		pid = procfs_pid(file->f_inode);
		if (pid)
			aim(&access, task_of_pid(pid));
	}
	if (access.target.tgid)
		report_access(&access);
	return 0;
}

SEC("fentry/environ_read")
int BPF_PROG(environ_used, struct file *file)
{
	return procfs_used(file, BEHAVIOR_ENVIRON_READ);
}

SEC("fentry/mem_read")
int BPF_PROG(mem_read_used, struct file *file)
{
	return procfs_used(file, BEHAVIOR_MEMORY_READ);
}

SEC("fentry/mem_write")
int BPF_PROG(mem_write_used, struct file *file)
{
	return procfs_used(file, BEHAVIOR_MEMORY_WRITE);
}

/* A procfs inode has one name. */
static __always_inline u32 behavior_of_inode(struct inode *inode)
{
	struct hlist_node *alias = inode->i_dentry.first;
	struct dentry *dentry;
	char name[8] = {};

	if (!alias)
		return BEHAVIOR_NONE;
	dentry = dentry_of_alias(alias);
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name));
	return behavior_of_name(name, 0);
}

/*
 * generic_permission() asks for this capability last, and only when the file's mode has said no: so this runs
 * for no open that its mode allows. access(2) asks as well, and reads nothing.
 */
static __always_inline int lacks_capability(struct inode *inode, int capability, bool capable)
{
	struct task_struct *target;
	struct pid *pid;
	u32 behavior;

	if (capable || capability != CAP_DAC_OVERRIDE || inode->i_sb->s_magic != PROC_SUPER_MAGIC)
		return 0;
	behavior = behavior_of_inode(inode);
	if (behavior == BEHAVIOR_NONE || syscall_under_way() == SYSCALL_ACCESS)
		return 0;
	pid = procfs_pid(inode);
	if (!pid)
		return 0;
	target = task_of_pid(pid);
	if (target)
		tell_refusal(target, behavior, -EACCES);
	return 0;
}

SEC("fexit/capable_wrt_inode_uidgid")
int BPF_PROG(refused_by_mode, void *idmap, struct inode *inode, int capability, bool capable)
{
	return lacks_capability(inode, capability, capable);
}

/* Before 5.12 it had no user namespace (later: idmap) to begin with. */
SEC("fexit/capable_wrt_inode_uidgid")
int BPF_PROG(refused_by_mode_unmapped, struct inode *inode, int capability, bool capable)
{
	return lacks_capability(inode, capability, capable);
}

#endif
