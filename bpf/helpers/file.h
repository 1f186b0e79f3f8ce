/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef VEDETTE_FILE_H
#define VEDETTE_FILE_H

#include "../compat.h"

/* The current task's open file; NULL: no such descriptor. */
static __always_inline struct file *current_file(int fd)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *fdt = task->files->fdt;
	struct file **slots = fdt->fd;
	struct file *file = NULL;

	if (fd < 0 || (u32)fd >= fdt->max_fds)
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	return file;
}

/* Which file system it is of: PROC_SUPER_MAGIC, SOCKFS_MAGIC, … */
static __always_inline u64 magic_of(struct file *file)
{
	if (bpf_rdonly_cast) {
		struct file *typed = bpf_rdonly_cast(file, bpf_core_type_id_kernel(struct file));

		return typed->f_inode->i_sb->s_magic;
	}
	return BPF_CORE_READ(file, f_inode, i_sb, s_magic);
}

#endif
