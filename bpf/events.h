/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The wire contract: every record the kernel hands to the agent, and nothing
 * else. Fixed-width fields, explicit padding, native byte order. A change here
 * raises EVENT_SCHEMA_VERSION.
 *
 * Times are nanoseconds of CLOCK_BOOTTIME. Pids are those of the initial pid
 * namespace. Identity of a process is (tgid, start_ns of its leader).
 */
#ifndef VEDETTE_EVENTS_H
#define VEDETTE_EVENTS_H

#ifdef __cplusplus
#include <cstdint>
#define VEDETTE_STATIC_ASSERT static_assert
extern "C" {
#else
#include <linux/types.h>
typedef __u8 uint8_t;
typedef __u16 uint16_t;
typedef __u32 uint32_t;
typedef __u64 uint64_t;
typedef __s32 int32_t;
#define VEDETTE_STATIC_ASSERT _Static_assert
#endif

#define EVENT_SCHEMA_VERSION 2

enum event_type {
	EVENT_EXEC = 1,	   /* struct exec_event: a process replaced its image, or was found running */
	EVENT_FORK = 2,	   /* struct fork_event: a new thread group */
	EVENT_EXIT = 3,	   /* struct exit_event: a thread group is gone */
	EVENT_ACCESS = 4,  /* struct access_event: one process reached into another */
	EVENT_NETWORK = 5, /* struct network_event: something is sent, or a raw socket made */
	EVENT_LOSS = 6,	   /* struct loss_event: made by the agent when a loss counter moved */
	EVENT_CONTEXT = 7, /* struct context_event: made by the agent: facts about the host, as JSON */
	EVENT_SELF = 8,	   /* struct self_event: made by the agent: what it finds done to itself */
};

enum event_behavior {
	BEHAVIOR_NONE = 0,
	BEHAVIOR_ENVIRON_READ = 1,
	BEHAVIOR_MEMORY_READ = 2,
	BEHAVIOR_MEMORY_WRITE = 3,
	BEHAVIOR_PTRACE_ATTACH = 4,
	BEHAVIOR_FD_STEAL = 5,
	BEHAVIOR_CORE_DUMP = 6,
	BEHAVIOR_EGRESS = 7,
	BEHAVIOR_RAW_SOCKET = 8,
	BEHAVIOR_LISTEN = 9, /* access_event: the target began to listen because of a signal of the actor */
	/* 10 and 11 are starts and ends of processes to the agent, which have records of their own. */
	BEHAVIOR_SIGNAL = 12,	    /* access_event: the target is the monitor */
	BEHAVIOR_STATE_TAMPER = 13, /* self_event: a file of its state was removed, replaced or written */
	BEHAVIOR_CONFIGURATION_REMOVED = 14, /* self_event: a file of its rules or configuration */
	BEHAVIOR_PROBE_DETACHED = 15,	     /* self_event */
	BEHAVIOR_MONITOR_KILLED = 16,	     /* self_event: the run before did not stop by itself */
};

enum event_flag {
	EVENT_FROM_PROCFS = 1u << 0,	 /* exec_event made by the agent for a process already running */
	EVENT_ARGS_TRUNCATED = 1u << 1,	 /* the command line is longer than ARGS_MAX */
	EVENT_ARGS_UNREADABLE = 1u << 2, /* its pages could not be read without sleeping */
	EVENT_PATH_TRUNCATED =
	    1u << 3, /* executable or cwd is deeper than PATH_MAX_DEPTH or longer than its room */
	EVENT_EXE_DELETED = 1u << 4, /* the executable has no name any more (memfd, unlinked) */
	EVENT_TARGET_BY_NUMBER =
	    1u << 5, /* target.tgid is a pid or tid as the actor wrote it, in the actor's pid namespace */
	EVENT_TARGET_BY_PATH = 1u << 6, /* the target is named by access_event.path only */
	EVENT_VIA_IO_URING = 1u << 7,
	EVENT_TRACED_EXEC = 1u << 8, /* a tracer kept hold of a process across its exec */
	EVENT_PLAIN_PATHS = 1u << 9, /* exe and cwd are ordinary paths: the record was made by the agent */
};

struct process_id {
	uint32_t tgid;
	uint32_t pad;
	uint64_t start_ns; /* 0: not known */
};

struct event_header {
	uint16_t type;	  /* enum event_type */
	uint16_t version; /* EVENT_SCHEMA_VERSION */
	uint32_t size;	  /* of the whole record, header included */
	uint64_t time_ns;
	uint32_t flags;		   /* enum event_flag */
	uint32_t uid;		   /* effective uid of the acting task */
	struct process_id process; /* who did it; for exec, fork and exit: whom it is about */
};

#define ARGS_MAX 4096
#define EXE_MAX 1024
#define CWD_MAX 1024
#define CGROUP_NAME_MAX 128
#define PATH_MAX_DEPTH 32
#define ACCESS_PATH_MAX 256

/*
 * Followed by the strings, one after the other, with the lengths given:
 * args (NUL between arguments), exe, cwd, cgroup. exe and cwd are path
 * components from the leaf up to the root, each ending in NUL; an empty string
 * is "/". With EVENT_PLAIN_PATHS they are ordinary paths without NUL.
 */
struct exec_event {
	struct event_header header;
	struct process_id parent;
	uint64_t pid_namespace;	 /* inode number; 0: not known */
	uint32_t namespace_tgid; /* its pid in that namespace */
	uint32_t exec_id;	 /* task_struct.self_exec_id: which image of this process */
	uint16_t args_size;
	uint16_t exe_size;
	uint16_t cwd_size;
	uint16_t cgroup_size;
};
#define EXEC_STRINGS_MAX (ARGS_MAX + EXE_MAX + CWD_MAX + CGROUP_NAME_MAX)

struct fork_event {
	struct event_header header; /* header.process is the child */
	struct process_id parent;
	uint64_t pid_namespace;
	uint32_t namespace_tgid;
	uint32_t exec_id;
};

struct exit_event {
	struct event_header header;
	uint32_t code; /* as wait(2): signal in the low 7 bits, 0x80 a core was dumped, exit status << 8 */
	uint32_t pad;
};

struct access_event {
	struct event_header
	    header; /* header.process is the actor; for a core dump the sender of the signal */
	struct process_id target;
	struct process_id
	    opener;	   /* who opened the descriptor that was used; tgid 0: the actor, or not known */
	uint32_t behavior; /* enum event_behavior */
	int32_t result;	   /* 0, or the negative errno the kernel answered */
	uint32_t count;	   /* how many of the same this record stands for, at least 1 */
	uint32_t detail;   /* ptrace: the request; core dump, signal: the signal; listen: the port */
	uint64_t first_ns; /* of the first of them; header.time_ns is the last */
	uint16_t path_size;
	uint16_t pad;
	uint32_t target_exec_id;    /* which image of the target was reached; 0: not known */
	char path[ACCESS_PATH_MAX]; /* EVENT_TARGET_BY_PATH: as the actor wrote it, path_size bytes without
				       NUL */
};

struct network_event {
	struct event_header header;
	uint32_t behavior; /* BEHAVIOR_EGRESS or BEHAVIOR_RAW_SOCKET */
	int32_t result;
	uint32_t count;
	uint16_t family;      /* AF_* */
	uint16_t port;	      /* host byte order */
	uint32_t protocol;    /* IPPROTO_*; AF_PACKET: 0 */
	uint32_t socket_type; /* SOCK_* */
	uint8_t address[16];  /* AF_INET: the first four bytes */
	uint64_t first_ns;
};

enum loss_reason {
	LOSS_ALERT_RING_FULL = 0,
	LOSS_PROCESS_RING_FULL = 1,
	LOSS_VERDICT_MAP_FULL = 2, /* the process is watched for ever: no event is lost by it */
	LOSS_READ_FAULT = 3,	   /* an object could not be read: its event is lost */
	LOSS_FOLD_MAP_FULL = 4,	   /* the event is sent unfolded: no event is lost by it */
	LOSS_REASONS = 5,
};

struct loss_event {
	struct event_header header;
	uint32_t reason; /* enum loss_reason */
	uint32_t pad;
	uint64_t count; /* since the last loss_event of this reason */
};

/* Followed by JSON text up to header.size. */
struct context_event {
	struct event_header header;
};

/*
 * Who did it was not seen. Followed by text up to header.size: the file, or the hook of the probe; of a
 * killed monitor its pid.
 */
struct self_event {
	struct event_header header; /* header.process is the monitor */
	uint32_t behavior;
	uint32_t count; /* how many of the same this record stands for, at least 1 */
};

/* How a process stands; written by the agent, and by the kernel on fork and on a read of a server. */
struct verdict_value {
	uint64_t start_ns; /* an entry of another start_ns is of a former owner of the pid */
	uint32_t verdict;  /* enum verdict */
	uint32_t exec_id;  /* VERDICT_IGNORED holds for this image only; EXEC_ID_ANY: until the next exec */
};
#define EXEC_ID_ANY 0xffffffffu

/* Repeated events are counted, not sent; the agent collects the counts. */
struct access_fold_key {
	struct process_id actor;
	struct process_id target;
	uint32_t behavior;
	int32_t result;
	uint32_t detail;
	uint32_t uid;
	uint32_t target_exec_id;
	uint32_t pad;
};

struct network_fold_key {
	struct process_id actor;
	uint8_t address[16];
	uint16_t family;
	uint16_t port;
	uint32_t protocol;
	uint32_t socket_type;
	uint32_t uid;
	uint32_t behavior;
	int32_t result;
};

struct fold_value {
	uint64_t window_ns; /* when the window opened */
	uint64_t first_ns;  /* of the counted ones since it opened */
	uint64_t last_ns;
	uint64_t total; /* counted since the entry exists; only ever grows */
};

enum verdict {
	VERDICT_PENDING = 0, /* also what a missing entry means: watched until judged */
	VERDICT_SERVER = 1,
	VERDICT_IGNORED = 2,
	VERDICT_SUSPECT = 3, /* not a server, but it read from one: its sending matters */
};

VEDETTE_STATIC_ASSERT(sizeof(struct process_id) == 16, "layout");
VEDETTE_STATIC_ASSERT(sizeof(struct event_header) == 40, "layout");
VEDETTE_STATIC_ASSERT(sizeof(struct exec_event) == 80, "layout");
VEDETTE_STATIC_ASSERT(sizeof(struct fork_event) == 72, "layout");
VEDETTE_STATIC_ASSERT(sizeof(struct exit_event) == 48, "layout");
VEDETTE_STATIC_ASSERT(sizeof(struct access_event) == 360, "layout");
VEDETTE_STATIC_ASSERT(sizeof(struct network_event) == 88, "layout");
VEDETTE_STATIC_ASSERT(sizeof(struct loss_event) == 56, "layout");
VEDETTE_STATIC_ASSERT(sizeof(struct self_event) == 48, "layout");

#ifdef __cplusplus
}
#endif

#endif
