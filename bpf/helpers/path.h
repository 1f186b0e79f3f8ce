/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef VEDETTE_PATH_H
#define VEDETTE_PATH_H

#include "../maps.h"

#define NAME_ROOM 256 /* NAME_MAX and its NUL */

_Static_assert((EXE_MAX & (EXE_MAX - 1)) == 0 && EXE_MAX == CWD_MAX, "used as a mask");

static __always_inline struct mount *mount_of(struct vfsmount *mnt)
{
	return (void *)mnt - bpf_core_field_offset(struct mount, mnt);
}

/* One step up; false at the root of the mount namespace. */
static __always_inline bool step_up(struct path_walk *walk, struct vfsmount *mnt)
{
	struct mount *mount = mount_of(mnt);
	struct mount *above = BPF_CORE_READ(mount, mnt_parent);

	if (above == mount)
		return false;
	walk->dentry = (u64)BPF_CORE_READ(mount, mnt_mountpoint);
	walk->mnt = (u64)above + bpf_core_field_offset(struct mount, mnt);
	return true;
}

enum walk_state { WALK_ON, WALK_DONE, WALK_CUT };

/*
 * Appends the name of walk->dentry to walk->names and goes to its parent. The walk's state lives in a map
 * value, so that the verifier need not follow it through every turn of the loop. A function of its own:
 * before 6.2 the verifier takes no loop whose last instruction merely falls into its first, as the compiler
 * likes to make them.
 */
static __noinline int walk_up(struct path_walk *walk)
{
	struct dentry *dentry = (void *)walk->dentry;
	struct vfsmount *mnt = (void *)walk->mnt;
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
	u32 used = walk->used;
	long size;

	if (dentry == BPF_CORE_READ(mnt, mnt_root) || dentry == parent)
		return step_up(walk, mnt) ? WALK_ON : WALK_DONE;
	if (used >= EXE_MAX - 1)
		return WALK_CUT;
	size = bpf_probe_read_kernel_str(walk->names + (used & (EXE_MAX - 1)), NAME_ROOM,
					 BPF_CORE_READ(dentry, d_name.name));
	if (size <= 0)
		return WALK_CUT;
	walk->used = used + size;
	walk->dentry = (u64)parent;
	return WALK_ON;
}

/*
 * The names from walk->dentry up to the root of its mount namespace: components from the leaf to the root,
 * each ending in NUL; the agent turns them round. False: there were more.
 */
static __always_inline bool read_path(struct path_walk *walk)
{
	for (int i = 0; i < PATH_MAX_DEPTH; i++) {
		int state = walk_up(walk);

		if (state != WALK_ON)
			return state == WALK_DONE;
	}
	return false;
}

#endif
