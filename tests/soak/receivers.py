# SPDX-License-Identifier: Apache-2.0
"""Receivers of alerts, each a process of its own, that can be made to fail. An id is a line in a receiver's file when
its alert was taken: by HTTP when 200 was answered, by syslog when it was read."""
import asyncio
import multiprocessing
import re
import signal
import socket
from pathlib import Path

WORKS, HANGS, REFUSES, ANSWERS_500, CUTS = range(5)
ID = re.compile(rb'"schema":"vedette\.alert/1","id":"([0-9a-f-]{36})"')
STEP = 0.05  # seconds between looks at the mode


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Receiver:
    """of: http or syslog."""

    def __init__(self, of: str, name: str, folder: Path, mode: int = WORKS):
        self.name, self.of, self.port = name, of, free_port()
        self.file = folder / f"{name}.ids"
        self.file.touch()
        self._mode = multiprocessing.Value("i", mode)
        self._process = multiprocessing.Process(target=self._run, daemon=True)
        self._process.start()

    def become(self, mode: int) -> None:
        self._mode.value = mode

    def ids(self) -> list[str]:
        return self.file.read_text().split()

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()

    def _run(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        """There is a listening socket unless connections are to be refused."""
        server = None
        while True:
            if self._mode.value == REFUSES and server:
                server.close()
                server = None
            elif self._mode.value != REFUSES and not server:
                serve = self._serve_http if self.of == "http" else self._serve_syslog
                server = await asyncio.start_server(serve, "127.0.0.1", self.port, limit=1 << 22)
            await asyncio.sleep(STEP)

    def _take(self, text: bytes) -> None:
        with self.file.open("ab") as file:
            file.write(b"".join(found + b"\n" for found in ID.findall(text)))

    async def _hang(self) -> None:
        while self._mode.value == HANGS:
            await asyncio.sleep(STEP)

    async def _serve_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._request(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(re.search(rb"(?i)content-length: *(\d+)", head)[1]))
        mode = self._mode.value
        if mode in (HANGS, CUTS, REFUSES):
            await self._hang()
            writer.transport.abort()
            return False
        if mode == WORKS:
            self._take(body)
        writer.write(b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % (b"200 OK" if mode == WORKS else b"500 No"))
        await writer.drain()
        return True

    async def _serve_syslog(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Octet counting, RFC 6587."""
        try:
            while self._mode.value == WORKS:
                size = int(await reader.readuntil(b" "))
                self._take(await reader.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.transport.abort()
