/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What leaves the machine: connects and unconnected sends at the root of the cgroups, raw sockets at their
 * making. */
#ifndef VEDETTE_PROGRAMS_NETWORK_H
#define VEDETTE_PROGRAMS_NETWORK_H

#include "../helpers/emit.h"
#include "../helpers/file.h"

struct sending {
	struct network_fold_key key; /* has no padding: it is compared as bytes */
	u32 flags;
};

static __always_inline void emit_network(const struct sending *sending)
{
	struct network_event *event;

	if (folded(&network_folds, &sending->key))
		return;
	event = bpf_ringbuf_reserve(&alert_ring, sizeof(*event), 0);
	if (!event) {
		count_loss(LOSS_ALERT_RING_FULL);
		return;
	}
	__builtin_memset(event, 0, sizeof(*event));
	fill_header(&event->header, EVENT_NETWORK, sizeof(*event), sending->key.actor);
	event->header.uid = sending->key.uid;
	event->header.flags = sending->flags;
	event->behavior = sending->key.behavior;
	event->result = sending->key.result;
	event->count = 1;
	event->family = sending->key.family;
	event->port = sending->key.port;
	event->protocol = sending->key.protocol;
	event->socket_type = sending->key.socket_type;
	__builtin_memcpy(event->address, sending->key.address, sizeof(event->address));
	event->first_ns = event->header.time_ns;
	bpf_ringbuf_submit(event, 0);
}

/* False: the process is known to be none of ours. */
static __always_inline bool identify_sender(struct sending *sending)
{
	sending->key.actor = current_process();
	if (!sending->key.actor.tgid || sending->key.actor.tgid == agent_tgid)
		return false;
	if (verdict_of(sending->key.actor, current_exec_id()) == VERDICT_IGNORED)
		return false;
	sending->key.uid = current_uid();
	return true;
}

static __always_inline int sends(struct bpf_sock_addr *ctx, u16 family)
{
	struct sending sending = {.key.behavior = BEHAVIOR_EGRESS};

	if (!identify_sender(&sending))
		return 1;
	sending.key.family = family;
	sending.key.port = bpf_ntohs((u16)ctx->user_port);
	sending.key.protocol = ctx->protocol;
	sending.key.socket_type = ctx->type;
	if (family == AF_INET) {
		*(u32 *)&sending.key.address[0] = ctx->user_ip4;
	} else {
		*(u32 *)&sending.key.address[0] = ctx->user_ip6[0];
		*(u32 *)&sending.key.address[4] = ctx->user_ip6[1];
		*(u32 *)&sending.key.address[8] = ctx->user_ip6[2];
		*(u32 *)&sending.key.address[12] = ctx->user_ip6[3];
	}
	emit_network(&sending);
	return 1;
}

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr *ctx)
{
	return sends(ctx, AF_INET);
}

SEC("cgroup/connect6")
int connect6(struct bpf_sock_addr *ctx)
{
	return sends(ctx, AF_INET6);
}

SEC("cgroup/sendmsg4")
int sendmsg4(struct bpf_sock_addr *ctx)
{
	return sends(ctx, AF_INET);
}

SEC("cgroup/sendmsg6")
int sendmsg6(struct bpf_sock_addr *ctx)
{
	return sends(ctx, AF_INET6);
}

/* Protocols whose connect() does not run the cgroup programs. */
static __always_inline bool connects_apart(u32 protocol)
{
	return protocol == IPPROTO_UDPLITE || protocol == IPPROTO_SCTP;
}

/* What socket a file is, and of which protocol; sk NULL: it is none. */
struct open_socket {
	struct sock *sk;
	u32 protocol;
};

static __always_inline struct open_socket socket_of(struct file *file)
{
	struct open_socket none = {};
	struct socket *socket;
	struct sock *sk;

	if (!file || magic_of(file) != SOCKFS_MAGIC)
		return none;
	if (HAVE_KFUNCS) {
		struct file *typed = bpf_rdonly_cast(file, bpf_core_type_id_kernel(struct file));

		socket = bpf_rdonly_cast(typed->private_data, bpf_core_type_id_kernel(struct socket));
		sk = socket->sk;
		return (struct open_socket){.sk = sk, .protocol = sk->sk_protocol};
	}
	socket = BPF_CORE_READ(file, private_data);
	sk = BPF_CORE_READ(socket, sk);
	return (struct open_socket){.sk = sk, .protocol = BPF_CORE_READ(sk, sk_protocol)};
}

static __always_inline void read_peer(struct network_fold_key *key, struct sock *sk)
{
	key->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	key->port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (key->family == AF_INET)
		*(u32 *)key->address = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	else
		BPF_CORE_READ_INTO(&key->address, sk, __sk_common.skc_v6_daddr);
}

SEC("tracepoint/syscalls/sys_exit_connect")
int connect_exit(struct trace_event_raw_sys_exit *ctx)
{
	struct sending sending = {.key.behavior = BEHAVIOR_EGRESS};
	struct open_socket socket;

	if (ctx->ret && ctx->ret != -EINPROGRESS)
		return 0;
	socket = socket_of(current_file(current_argument(0)));
	if (!socket.sk || !connects_apart(socket.protocol) || !identify_sender(&sending))
		return 0;
	read_peer(&sending.key, socket.sk);
	sending.key.protocol = socket.protocol;
	sending.key.socket_type = socket.protocol == IPPROTO_SCTP ? SOCK_STREAM : SOCK_DGRAM;
	emit_network(&sending);
	return 0;
}

/* AF_NETLINK and others are SOCK_RAW by name only. */
static __always_inline bool bypasses_transport(u32 family, u32 type, u32 protocol)
{
	if (family == AF_PACKET || family == AF_XDP)
		return true;
	if (family != AF_INET && family != AF_INET6)
		return false;
	return type == SOCK_RAW || protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

static __always_inline void socket_made(u32 family, u32 type, u32 protocol, s32 result, u32 flags)
{
	struct sending sending = {.key.behavior = BEHAVIOR_RAW_SOCKET, .key.result = result, .flags = flags};

	if (!bypasses_transport(family, type, protocol) || !identify_sender(&sending))
		return;
	sending.key.family = family;
	sending.key.socket_type = type;
	sending.key.protocol = protocol;
	emit_network(&sending);
}

SEC("tracepoint/syscalls/sys_exit_socket")
int socket_exit(struct trace_event_raw_sys_exit *ctx)
{
	struct pt_regs *regs;
	u32 family;

	if (ctx->ret < 0 && ctx->ret != -EPERM && ctx->ret != -EACCES)
		return 0;
	regs = current_registers();
	family = argument(regs, 0);
	socket_made(family, argument(regs, 1) & SOCK_TYPE_MASK, family == AF_PACKET ? 0 : argument(regs, 2),
		    ctx->ret < 0 ? ctx->ret : 0, 0);
	return 0;
}

SEC("fexit/__sock_create")
int BPF_PROG(socket_created, void *net, int family, int type, int protocol, void *socket, int kern,
	     int result)
{
	if (kern || (result < 0 && result != -EPERM && result != -EACCES))
		return 0;
	socket_made(family, type & SOCK_TYPE_MASK, family == AF_PACKET ? 0 : protocol,
		    result < 0 ? result : 0, 0);
	return 0;
}

/* Where the function above has no symbol: attempts, whatever becomes of them. */
SEC("fentry/security_socket_create")
int BPF_PROG(socket_checked, int family, int type, int protocol, int kern)
{
	if (!kern)
		socket_made(family, type & SOCK_TYPE_MASK, family == AF_PACKET ? 0 : protocol, 0, 0);
	return 0;
}

/* struct sockaddr_in and sockaddr_in6: family, port, (flow,) address. */
static __always_inline void read_destination(struct network_fold_key *key, const void *address)
{
	u16 port = 0;

	bpf_probe_read_kernel(&key->family, sizeof(key->family), address);
	bpf_probe_read_kernel(&port, sizeof(port), address + 2);
	key->port = bpf_ntohs(port);
	if (key->family == AF_INET)
		bpf_probe_read_kernel(key->address, 4, address + 4);
	else
		bpf_probe_read_kernel(key->address, 16, address + 8);
}

SEC("fentry/security_socket_connect")
int BPF_PROG(connect_checked, struct socket *socket, void *address, int size)
{
	struct sending sending = {.key.behavior = BEHAVIOR_EGRESS};
	struct sock *sk = socket->sk;

	if (!sk || !connects_apart(sk->sk_protocol) || !identify_sender(&sending))
		return 0;
	read_destination(&sending.key, address);
	if (sending.key.family != AF_INET && sending.key.family != AF_INET6)
		return 0;
	sending.key.protocol = sk->sk_protocol;
	sending.key.socket_type = socket->type;
	emit_network(&sending);
	return 0;
}

#endif
