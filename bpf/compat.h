/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every difference between kernels and architectures we know of, each with its version. */
#ifndef VEDETTE_COMPAT_H
#define VEDETTE_COMPAT_H

#include "kernel.h"

/* 6.2: a scalar becomes a read-only typed pointer, whose loads cost no helper call. */
extern void *bpf_rdonly_cast(const void *object, u32 btf_id) __ksym __weak;

/* A pidfd is an inode of pidfs from 6.9 (struct pid in i_private), an anonymous one before (in private_data).
 */
static __always_inline struct pid *pidfd_pid(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	if (BPF_CORE_READ(inode, i_sb, s_magic) == PID_FS_MAGIC)
		return BPF_CORE_READ(inode, i_private);
	return BPF_CORE_READ(file, private_data);
}

/*
 * An argument of the system call under way, from the registers saved when it began; arm64 overwrites x0 with
 * the result and keeps the argument apart. bpf_task_pt_regs() is of 5.15.
 */
static __always_inline struct pt_regs *current_registers(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}

static __always_inline unsigned long argument(struct pt_regs *regs, int n)
{
#if defined(__TARGET_ARCH_x86)
	return n == 0 ? regs->di : n == 1 ? regs->si : regs->dx;
#elif defined(__TARGET_ARCH_arm64)
	return n == 0 ? regs->orig_x0 : regs->regs[n];
#endif
}

static __always_inline unsigned long current_argument(int n)
{
	return argument(current_registers(), n);
}

#endif
