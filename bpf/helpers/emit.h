/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Records on their way out: reserve, zero, fill, submit, and count what could not be sent. */
#ifndef VEDETTE_EMIT_H
#define VEDETTE_EMIT_H

#include "task.h"

static __always_inline void count_loss(u32 reason)
{
	if (reason < LOSS_REASONS)
		__sync_fetch_and_add(&losses[reason], 1);
}

static __always_inline void fill_header(struct event_header *header, u16 type, u32 size,
					struct process_id process)
{
	header->type = type;
	header->version = EVENT_SCHEMA_VERSION;
	header->size = size;
	header->time_ns = bpf_ktime_get_boot_ns();
	header->process = process;
}

/* Bookkeeping can wait for the agent's next look, unless the ring fills. */
static __always_inline u64 lazy_wakeup(void)
{
	u64 used = bpf_ringbuf_query(&process_ring, BPF_RB_AVAIL_DATA);
	u64 size = bpf_ringbuf_query(&process_ring, BPF_RB_RING_SIZE);

	return used > size / 4 ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/* Counts into `value` when its window is open; else opens a new one. True: counted, do not send. */
static __always_inline bool count_in_window(struct fold_value *value, u64 now)
{
	if (now - value->window_ns >= fold_ns) {
		value->window_ns = now;
		value->first_ns = 0;
		return false;
	}
	if (!value->first_ns)
		value->first_ns = now;
	value->last_ns = now;
	__sync_fetch_and_add(&value->total, 1);
	return true;
}

/* True: the event is counted and need not be sent. */
static __always_inline bool folded(void *map, const void *key)
{
	struct fold_value fresh = {};
	struct fold_value *value;

	if (!fold_ns)
		return false;
	fresh.window_ns = bpf_ktime_get_boot_ns();
	value = bpf_map_lookup_elem(map, key);
	if (value)
		return count_in_window(value, fresh.window_ns);
	fresh.last_ns = fresh.window_ns;
	if (bpf_map_update_elem(map, key, &fresh, BPF_NOEXIST) == -7 /* E2BIG: full */)
		count_loss(LOSS_FOLD_MAP_FULL);
	return false;
}

/* Who reads a server's secret is watched from then on: what it sends next matters. */
static __always_inline void suspect(struct process_id actor, u32 exec_id, struct process_id target)
{
	struct verdict_value value = {.start_ns = actor.start_ns, .verdict = VERDICT_SUSPECT};
	u32 standing = verdict_of(actor, exec_id);

	if (standing == VERDICT_SERVER || standing == VERDICT_SUSPECT)
		return;
	if (target.start_ns && verdict_of(target, EXEC_ID_ANY) == VERDICT_IGNORED)
		return;
	if (bpf_map_update_elem(&verdicts, &actor.tgid, &value, BPF_ANY))
		count_loss(LOSS_VERDICT_MAP_FULL);
}

struct access {
	struct process_id actor;
	struct process_id target;
	struct process_id opener;
	u32 uid;
	u32 target_exec_id;
	u32 behavior;
	s32 result;
	u32 detail;
	u32 flags;
};

/*
 * An exec makes its new memory reachable and then its id the new one; mm_access(), ptrace and pidfd_getfd
 * wait for both. Its record comes later: by the id the agent sees which image was reached.
 */
static __always_inline void aim(struct access *access, struct task_struct *target)
{
	access->target = process_of(target);
	access->target_exec_id = BPF_CORE_READ(target, self_exec_id);
}

static __always_inline bool access_folded(const struct access *access)
{
	struct access_fold_key key = {};

	if (access->flags & EVENT_TARGET_BY_PATH)
		return false;
	key.actor = access->actor;
	key.target = access->target;
	key.target_exec_id = access->target_exec_id;
	key.behavior = access->behavior;
	key.result = access->result;
	key.detail = access->detail;
	key.uid = access->uid;
	return folded(&access_folds, &key);
}

/* NULL: counted as lost. */
static __always_inline struct access_event *reserve_access(const struct access *access)
{
	struct access_event *event = bpf_ringbuf_reserve(&alert_ring, sizeof(*event), 0);

	if (!event) {
		count_loss(LOSS_ALERT_RING_FULL);
		return NULL;
	}
	__builtin_memset(event, 0, sizeof(*event));
	fill_header(&event->header, EVENT_ACCESS, sizeof(*event), access->actor);
	event->header.flags = access->flags;
	event->header.uid = access->uid;
	event->target = access->target;
	event->target_exec_id = access->target_exec_id;
	event->opener = access->opener;
	event->behavior = access->behavior;
	event->result = access->result;
	event->detail = access->detail;
	event->count = 1;
	event->first_ns = event->header.time_ns;
	return event;
}

static __always_inline void emit_access(const struct access *access)
{
	struct access_event *event;

	if (access_folded(access))
		return;
	event = reserve_access(access);
	if (event)
		bpf_ringbuf_submit(event, 0);
}

static __always_inline void emit_unless_own(struct access *access, u32 exec_id)
{
	if (access->actor.tgid == agent_tgid)
		return;
	if (access->actor.tgid == access->target.tgid && !(access->flags & EVENT_TARGET_BY_NUMBER))
		return;
	if (access->result >= 0)
		suspect(access->actor, exec_id, access->target);
	emit_access(access);
}

/* What the current task did. Its own doings with itself, and the agent's, are no events. */
static __always_inline void report_access(struct access *access)
{
	access->actor = current_process();
	access->uid = current_uid();
	emit_unless_own(access, current_exec_id());
}

static __always_inline void report(struct task_struct *target, u32 behavior, s32 result, u32 detail,
				   u32 flags)
{
	struct access access = {.behavior = behavior, .result = result, .detail = detail, .flags = flags};

	aim(&access, target);
	report_access(&access);
}

#endif
