/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every map: who writes, who reads, what a missing entry means. */
#ifndef VEDETTE_MAPS_H
#define VEDETTE_MAPS_H

#include "kernel.h"

/* The agent maps a ring's data twice over, and both count as its resident memory. */

/* Alert-grade records: access and network events. Written by probes, read by the agent. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 2 << 20);
} alert_ring SEC(".maps");

/* Bookkeeping: exec, fork, exit. Apart, so that a fork storm cannot push out an alert. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 2 << 20);
} process_ring SEC(".maps");

/* tgid → how the process stands. Agent writes what it judged, fork copies, exec of an ignored process and
 * every exit delete. Missing: pending, and so watched like a server. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, struct verdict_value);
} verdicts SEC(".maps");

/* What was seen less than a window ago. Probes insert and count, the agent reads and deletes. Missing: not
 * seen. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct access_fold_key);
	__type(value, struct fold_value);
} access_folds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, struct network_fold_key);
	__type(value, struct fold_value);
} network_folds SEC(".maps");

struct signal_sender {
	struct process_id sender;
	u64 target_start_ns;
	u64 time_ns;
	u32 uid;
	u32 signal;
};

/* tgid → who last sent it a signal that dumps core or opens a debugger. Missing: nobody; the process brought
 * it on itself. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct signal_sender);
} signal_senders SEC(".maps");

struct opened_file {
	struct process_id opener;
	struct process_id target;
	u32 target_exec_id; /* of the image whose memory the file gives, whatever runs there now */
	u32 told_as; /* what its open was told as by the function that opens it; BEHAVIOR_NONE: by its system
			call */
};

/* struct file of an environ or mem file → who opened it. Written by every open. Missing: opened before the
 * monitor started, or long ago. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, u64);
	__type(value, struct opened_file);
} opened_files SEC(".maps");

/* Thread → its open under way was told as refused. Written where the open is refused, deleted when the system
 * call returns, if that is probed as well. Missing: not told. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, u32);
} refusals_told SEC(".maps");

struct path_walk {
	u64 dentry;
	u64 mnt;
	u32 used;
	u32 pad;
	char names[EXE_MAX + 256]; /* the last name may begin anywhere in the first EXE_MAX bytes */
};

struct exec_record {
	struct exec_event event;
	char strings[EXEC_STRINGS_MAX];
	struct path_walk walk;
};

/* Room to build an exec record: one a CPU, as tracepoints of one CPU do not nest here. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct exec_record);
} exec_scratch SEC(".maps");

struct path_text {
	char text[ACCESS_PATH_MAX];
};

/* Room for the path of a refused open. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct path_text);
} path_scratch SEC(".maps");

/* Losses by enum loss_reason. Written by probes, read by the agent through its mapping. */
uint64_t losses[LOSS_REASONS];

/* Set before load. */
const volatile uint32_t agent_tgid = 0;
const volatile uint64_t fold_ns = 1000000000; /* 0: every event is sent */

#endif
