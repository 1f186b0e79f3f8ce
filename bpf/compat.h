/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every difference between kernels and architectures we know of, each with its version. */
#ifndef VEDETTE_COMPAT_H
#define VEDETTE_COMPAT_H

#include "kernel.h"

/* 6.2: a scalar becomes a read-only typed pointer, whose loads cost no helper call. */
extern void *bpf_rdonly_cast(const void *object, u32 btf_id) __ksym __weak;

/* 6.6 renamed kernfs_node's parent; 6.16 made name an RCU pointer: same load. */

/* 6.11: kernfs and pidfd. A pidfd is a pidfs inode from 6.9 (struct pid in i_private), an anonymous one before
 * (struct pid in private_data). */
static __always_inline struct pid *pidfd_pid(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	if (BPF_CORE_READ(inode, i_sb, s_magic) == PID_FS_MAGIC)
		return BPF_CORE_READ(inode, i_private);
	return BPF_CORE_READ(file, private_data);
}

/* The registers as they were when the system call began. On arm64 x0 is overwritten by the result. */
static __always_inline unsigned long syscall_argument(struct pt_regs *regs, int n)
{
#if defined(__TARGET_ARCH_x86)
	switch (n) {
	case 0:
		return BPF_CORE_READ(regs, di);
	case 1:
		return BPF_CORE_READ(regs, si);
	default:
		return BPF_CORE_READ(regs, dx);
	}
#elif defined(__TARGET_ARCH_arm64)
	return n == 0 ? BPF_CORE_READ(regs, orig_x0) : BPF_CORE_READ(regs, regs[n]);
#endif
}

/* 5.15 */
static __always_inline unsigned long current_argument(int n)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return syscall_argument((struct pt_regs *)bpf_task_pt_regs(task), n);
}

#endif
