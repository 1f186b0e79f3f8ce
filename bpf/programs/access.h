/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One process reaching into another by system call: process_vm_*, ptrace, pidfd_getfd. */
#ifndef VEDETTE_PROGRAMS_ACCESS_H
#define VEDETTE_PROGRAMS_ACCESS_H

#include "../helpers/emit.h"
#include "../helpers/file.h"

#define MAX_ERRNO 4095

/* A pointer that is a negative errno. */
static __always_inline bool is_error(unsigned long pointer)
{
	return pointer >= (unsigned long)-MAX_ERRNO;
}

static __always_inline void report_by_number(u32 behavior, u32 number, long result, u32 detail)
{
	struct access access = {.behavior = behavior, .detail = detail, .flags = EVENT_TARGET_BY_NUMBER};

	/* Only refusals are of interest among failures: EFAULT, ESRCH and the like reached nobody. */
	if (result < 0 && result != -EPERM && result != -EACCES)
		return;
	access.target.tgid = number;
	access.result = result < 0 ? result : 0;
	report_access(&access);
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
static __always_inline struct task_struct *newest_tracee(struct task_struct *tracer)
{
	struct list_head *entry = BPF_CORE_READ(tracer, ptraced.next);

	return (void *)entry - bpf_core_field_offset(struct task_struct, ptrace_entry);
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
	struct task_struct *target = NULL;
	struct file *file;

	if (ctx->ret < 0 && ctx->ret != -EPERM)
		return 0;
	file = current_file(current_argument(0));
	if (file)
		target = task_of_pid(pidfd_pid(file));
	if (target)
		report(target, BEHAVIOR_FD_STEAL, ctx->ret < 0 ? ctx->ret : 0, 0, 0);
	else
		count_loss(LOSS_READ_FAULT);
	return 0;
}

/* What reached nobody, for a reason other than a refusal, is not told. */
static __always_inline int reached(struct task_struct *target, u32 behavior, long result, u32 detail)
{
	if (result >= 0)
		report(target, behavior, 0, detail, 0);
	else if (result == -EPERM || result == -EACCES)
		report(target, behavior, result, detail, 0);
	return 0;
}

#define MODE_OF_PROCESS_VM (PTRACE_MODE_ATTACH | PTRACE_MODE_REALCREDS)

/* process_vm_readv() and -writev(); /proc/PID/mem asks with the credentials of the file system. */
SEC("fexit/mm_access")
int BPF_PROG(memory_accessed, struct task_struct *task, unsigned int mode)
{
	enum syscall_under_way syscall;
	unsigned long mm = 0;

	if ((mode & MODE_OF_PROCESS_VM) != MODE_OF_PROCESS_VM)
		return 0;
	/* Loaded from the context it would be a pointer, that must not be compared. */
	bpf_probe_read_kernel(&mm, sizeof(mm), &ctx[2]);
	syscall = syscall_under_way();
	if (syscall == SYSCALL_PROCESS_VM_READV)
		return reached(task, BEHAVIOR_MEMORY_READ, is_error(mm) ? (long)mm : 0, 0);
	if (syscall == SYSCALL_PROCESS_VM_WRITEV)
		return reached(task, BEHAVIOR_MEMORY_WRITE, is_error(mm) ? (long)mm : 0, 0);
	return 0;
}

SEC("fexit/ptrace_attach")
int BPF_PROG(ptrace_attached, struct task_struct *task, long request, unsigned long address,
	     unsigned long flags, int result)
{
	return reached(task, BEHAVIOR_PTRACE_ATTACH, result, request);
}

/* The forks of a traced process are traced from birth: no attach, only the use shows it. */
SEC("fentry/ptrace_access_vm")
int BPF_PROG(ptrace_used, struct task_struct *task)
{
	return reached(task, BEHAVIOR_PTRACE_ATTACH, 0, 0);
}

static __always_inline int ptrace_requested(struct task_struct *child, long request)
{
	bool peeks = request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA;
	bool pokes = request == PTRACE_POKETEXT || request == PTRACE_POKEDATA;

	return peeks || pokes ? reached(child, BEHAVIOR_PTRACE_ATTACH, 0, 0) : 0;
}

/* Where ptrace_access_vm() is inlined into its callers. */
SEC("fentry/ptrace_request")
int BPF_PROG(ptrace_request, struct task_struct *child, long request)
{
	return ptrace_requested(child, request);
}

SEC("fentry/compat_ptrace_request")
int BPF_PROG(ptrace_request_32, struct task_struct *child, int request)
{
	return ptrace_requested(child, request);
}

SEC("fexit/security_ptrace_traceme")
int BPF_PROG(ptrace_offered, struct task_struct *parent, int result)
{
	struct access access = {.behavior = BEHAVIOR_PTRACE_ATTACH};

	if (result)
		return 0;
	access.actor = process_of(parent);
	access.uid = effective_uid(parent);
	access.target = current_process();
	access.target_exec_id = current_exec_id();
	emit_unless_own(&access, BPF_CORE_READ(parent, self_exec_id));
	return 0;
}

SEC("fexit/pidfd_getfd")
int BPF_PROG(fd_stolen, struct pid *pid, int fd, int result)
{
	struct task_struct *target = task_of_pid(pid);

	if (target && (result >= 0 || result == -EPERM))
		report(target, BEHAVIOR_FD_STEAL, result < 0 ? result : 0, 0, 0);
	return 0;
}

/*
 * Where the functions above have no symbol. These are asked for many ends, so each program takes one system
 * call's: what another probe shows must not be told twice.
 */
static __always_inline bool asks_to_attach(unsigned int mode, enum syscall_under_way syscall)
{
	return mode & PTRACE_MODE_ATTACH && syscall_under_way() == syscall;
}

SEC("fexit/ptrace_may_access")
int BPF_PROG(readv_asked, struct task_struct *task, unsigned int mode, bool granted)
{
	if (!asks_to_attach(mode, SYSCALL_PROCESS_VM_READV))
		return 0;
	return reached(task, BEHAVIOR_MEMORY_READ, granted ? 0 : -EPERM, 0);
}

SEC("fexit/ptrace_may_access")
int BPF_PROG(writev_asked, struct task_struct *task, unsigned int mode, bool granted)
{
	if (!asks_to_attach(mode, SYSCALL_PROCESS_VM_WRITEV))
		return 0;
	return reached(task, BEHAVIOR_MEMORY_WRITE, granted ? 0 : -EPERM, 0);
}

SEC("fexit/ptrace_may_access")
int BPF_PROG(getfd_asked, struct task_struct *task, unsigned int mode, bool granted)
{
	if (!asks_to_attach(mode, SYSCALL_PIDFD_GETFD))
		return 0;
	return reached(task, BEHAVIOR_FD_STEAL, granted ? 0 : -EPERM, 0);
}

/* ptrace() does not come by there, and its refusals for lack of rights not by here. */
SEC("fexit/security_ptrace_access_check")
int BPF_PROG(attach_checked, struct task_struct *child, unsigned int mode, int result)
{
	if (!asks_to_attach(mode, SYSCALL_PTRACE))
		return 0;
	return reached(child, BEHAVIOR_PTRACE_ATTACH, result, current_argument(0));
}

#endif
