/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every difference between kernels and architectures we know of, each with its version. */
#ifndef VEDETTE_COMPAT_H
#define VEDETTE_COMPAT_H

#include "kernel.h"

/* A branch that calls a helper this kernel lacks is dead code to its verifier. */
#define HAVE_HELPER(name) bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_##name)

/*
 * Kernel functions are in an object file of their own: for one that vmlinux lacks, weak or not, libbpf 1.1
 * walks the modules' BTF, and that takes CAP_SYS_ADMIN.
 */
#ifdef WITH_KFUNCS
#define HAVE_KFUNCS true
/* 6.2: a scalar becomes a read-only typed pointer, whose loads cost no helper call. */
extern void *bpf_rdonly_cast(const void *object, u32 btf_id) __ksym;
#else
#define HAVE_KFUNCS false
static __always_inline void *bpf_rdonly_cast(const void *object, u32 btf_id)
{
	return NULL;
}
#endif

/*
 * The current task. 5.11 hands it out as a typed pointer, whose loads are plain instructions; before, each is
 * a helper call.
 */
static __always_inline u64 current_start_ns(void)
{
	struct task_struct *task;

	if (HAVE_HELPER(get_current_task_btf))
		return bpf_get_current_task_btf()->group_leader->start_boottime;
	task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, group_leader, start_boottime);
}

static __always_inline u32 current_uid(void)
{
	struct task_struct *task;

	if (HAVE_HELPER(get_current_task_btf))
		return bpf_get_current_task_btf()->cred->euid.val;
	task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, cred, euid.val);
}

static __always_inline u32 current_exec_id(void)
{
	struct task_struct *task;

	if (HAVE_HELPER(get_current_task_btf))
		return bpf_get_current_task_btf()->self_exec_id;
	task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, self_exec_id);
}

/* The current task's open file; NULL: no such descriptor. */
static __always_inline struct file *current_file(int fd)
{
	struct file *file = NULL;
	struct file **slots;
	u32 count;

	if (HAVE_HELPER(get_current_task_btf)) {
		struct fdtable *fdt = bpf_get_current_task_btf()->files->fdt;

		slots = fdt->fd;
		count = fdt->max_fds;
	} else {
		struct task_struct *task = (void *)bpf_get_current_task();
		struct fdtable *fdt = BPF_CORE_READ(task, files, fdt);

		slots = BPF_CORE_READ(fdt, fd);
		count = BPF_CORE_READ(fdt, max_fds);
	}
	if (fd >= 0 && (u32)fd < count)
		bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	return file;
}

/* A pidfd is an inode of pidfs from 6.9 (struct pid in i_private), an anonymous one before (in private_data).
 */
static __always_inline struct pid *pidfd_pid(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	if (BPF_CORE_READ(inode, i_sb, s_magic) == PID_FS_MAGIC)
		return BPF_CORE_READ(inode, i_private);
	return BPF_CORE_READ(file, private_data);
}

/* In 7.2 the union d_u has lost its name. */
struct dentry___unnamed {
	struct hlist_node d_alias;
} __attribute__((preserve_access_index));

static __always_inline struct dentry *dentry_of_alias(struct hlist_node *alias)
{
	if (bpf_core_field_exists(struct dentry___unnamed, d_alias))
		return (void *)alias - bpf_core_field_offset(struct dentry___unnamed, d_alias);
	return (void *)alias - bpf_core_field_offset(struct dentry, d_u.d_alias);
}

/* The registers a system call leaves on the stack: of them those we read. */
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long orig_ax;
	unsigned long di;
	unsigned long si;
	unsigned long dx;
} __attribute__((preserve_access_index));
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	u64 regs[31];
	u64 orig_x0;
	s32 syscallno;
} __attribute__((preserve_access_index));
#endif

/* Pages of 4 KiB, no KASAN: both architectures. */
#define THREAD_SIZE 16384

/*
 * The registers saved when the system call under way began. Before bpf_task_pt_regs() (5.15) they are at the
 * top of the kernel stack. To be read with BPF_CORE_READ.
 */
static __always_inline struct pt_regs *current_registers(void)
{
	struct task_struct *task;

	if (HAVE_HELPER(task_pt_regs))
		return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, stack) + THREAD_SIZE - bpf_core_type_size(struct pt_regs);
}

#if defined(__TARGET_ARCH_x86)

#define ARGUMENT_REGISTERS(X) X(0, di) X(1, si) X(2, dx)

#define TS_COMPAT 0x2

static __always_inline bool is_32_bit(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, thread_info.status) & TS_COMPAT;
}

static __always_inline u32 syscall_number(void)
{
	struct pt_regs *regs = current_registers();

	return BPF_CORE_READ(regs, orig_ax);
}

#elif defined(__TARGET_ARCH_arm64)

/* The result overwrites x0; the argument is kept apart. */
#define ARGUMENT_REGISTERS(X) X(0, orig_x0) X(1, regs[1]) X(2, regs[2])

#define TIF_32BIT 22

static __always_inline bool is_32_bit(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, thread_info.flags) & (1 << TIF_32BIT);
}

static __always_inline u32 syscall_number(void)
{
	struct pt_regs *regs = current_registers();

	return BPF_CORE_READ(regs, syscallno);
}

#endif

static __always_inline unsigned long argument(struct pt_regs *regs, int n)
{
#define READ_ARGUMENT(index, field)                                                                          \
	if (n == index)                                                                                      \
		return HAVE_HELPER(task_pt_regs) ? regs->field : BPF_CORE_READ(regs, field);
	ARGUMENT_REGISTERS(READ_ARGUMENT)
#undef READ_ARGUMENT
	return 0;
}

static __always_inline unsigned long current_argument(int n)
{
	return argument(current_registers(), n);
}

/* System calls that have to be told apart below their entry. */
enum syscall_under_way {
	SYSCALL_OTHER,
	SYSCALL_ACCESS,
	SYSCALL_OPEN, /* 64-bit ones: those that pass by a tracepoint */
	SYSCALL_PIDFD_GETFD,
	SYSCALL_PROCESS_VM_READV,
	SYSCALL_PROCESS_VM_WRITEV,
	SYSCALL_PTRACE,
};

static __always_inline enum syscall_under_way syscall_of_number(u32 number, bool bits32)
{
#define PICK(name, x86_64, i386, arm64, arm)                                                                 \
	if (number == (bits32 ? SYSCALL_32(i386, arm) : SYSCALL_64(x86_64, arm64)))                          \
		return name;
#if defined(__TARGET_ARCH_x86)
#define SYSCALL_64(x86_64, arm64) x86_64
#define SYSCALL_32(i386, arm) i386
#elif defined(__TARGET_ARCH_arm64)
#define SYSCALL_64(x86_64, arm64) arm64
#define SYSCALL_32(i386, arm) arm
#endif
#define NONE 0xffffffffu
	PICK(SYSCALL_ACCESS, 21, 33, NONE, 33)	 /* access */
	PICK(SYSCALL_ACCESS, 269, 307, 48, 334)	 /* faccessat */
	PICK(SYSCALL_ACCESS, 439, 439, 439, 439) /* faccessat2 */
	PICK(SYSCALL_OPEN, 2, NONE, NONE, NONE)	 /* open */
	PICK(SYSCALL_OPEN, 85, NONE, NONE, NONE) /* creat */
	PICK(SYSCALL_OPEN, 257, NONE, 56, NONE)	 /* openat */
	PICK(SYSCALL_OPEN, 437, NONE, 437, NONE) /* openat2 */
	PICK(SYSCALL_PTRACE, 101, 26, 117, 26)
	PICK(SYSCALL_PROCESS_VM_READV, 310, 347, 270, 376)
	PICK(SYSCALL_PROCESS_VM_WRITEV, 311, 348, 271, 377)
	PICK(SYSCALL_PIDFD_GETFD, 438, 438, 438, 438)
#undef NONE
#undef PICK
	return SYSCALL_OTHER;
}

static __always_inline enum syscall_under_way syscall_under_way(void)
{
	return syscall_of_number(syscall_number(), is_32_bit());
}

#endif
