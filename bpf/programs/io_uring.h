/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Opens and sockets made by io_uring pass by the system-call tracepoints; their completions do not. */
#ifndef VEDETTE_PROGRAMS_IO_URING_H
#define VEDETTE_PROGRAMS_IO_URING_H

#include "network.h"
#include "procfs.h"

/* include/uapi/linux/io_uring.h */
#define IORING_OP_OPENAT 18
#define IORING_OP_OPENAT2 28
#define IORING_OP_SOCKET 45

static __always_inline void socket_completed(struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);
	u32 family = BPF_CORE_READ(socket, sk, __sk_common.skc_family);
	u32 protocol = BPF_CORE_READ(socket, sk, sk_protocol);

	socket_made(family, BPF_CORE_READ(socket, type), family == AF_PACKET ? 0 : protocol, 0,
		    EVENT_VIA_IO_URING);
}

SEC("tp_btf/io_uring_complete")
int BPF_PROG(io_uring_complete, void *ring, struct io_kiocb *request)
{
	struct file *file;
	u8 opcode;
	s32 result;

	if (!request)
		return 0;
	opcode = BPF_CORE_READ(request, opcode);
	if (opcode != IORING_OP_OPENAT && opcode != IORING_OP_OPENAT2 && opcode != IORING_OP_SOCKET)
		return 0;
	result = BPF_CORE_READ(request, cqe.res);
	if (result < 0)
		return 0;
	file = current_file(result);
	if (!file)
		return 0;
	if (opcode == IORING_OP_SOCKET)
		socket_completed(file);
	else
		opened(file, EVENT_VIA_IO_URING);
	return 0;
}

#endif
