/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef VEDETTE_FILE_H
#define VEDETTE_FILE_H

#include "../compat.h"

/* Which file system it is of: PROC_SUPER_MAGIC, SOCKFS_MAGIC, … */
static __always_inline u64 magic_of(struct file *file)
{
	if (HAVE_KFUNCS) {
		struct file *typed = bpf_rdonly_cast(file, bpf_core_type_id_kernel(struct file));

		return typed->f_inode->i_sb->s_magic;
	}
	return BPF_CORE_READ(file, f_inode, i_sb, s_magic);
}

#endif
