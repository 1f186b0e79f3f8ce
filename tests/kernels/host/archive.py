# SPDX-License-Identifier: Apache-2.0
"""Archives for the kernel's initramfs: cpio "newc" (Documentation/driver-api/early-userspace/buffer-format.rst), as
many one after another as one likes."""
import stat
from pathlib import Path


MERGED = ("bin", "sbin", "lib", "lib32", "lib64")  # links into /usr in the guest


def normal(name: str) -> str:
    name = name.strip("/")
    return f"usr/{name}" if "/" in name and name.split("/")[0] in MERGED else name


class Archive:
    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._names: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return normal(name) in self._names

    def folder(self, name: str, mode: int = 0o755) -> None:
        if normal(name) and name not in self:
            self._parents(name)
            self._entry(name, stat.S_IFDIR | mode)

    def link(self, name: str, target: str) -> None:
        self._parents(name)
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def device(self, name: str, mode: int, major: int, minor: int) -> None:
        self._parents(name)
        self._entry(name, stat.S_IFCHR | mode, device=(major, minor))

    def file(self, name: str, content: bytes, mode: int = 0o644) -> None:
        self._parents(name)
        self._entry(name, stat.S_IFREG | mode, content)

    def copy(self, source: Path, name: str | None = None) -> None:
        """The file itself, not a link to it."""
        self.file(name or str(source), source.read_bytes(), stat.S_IMODE(source.stat().st_mode))

    def tree(self, source: Path, name: str | None = None) -> None:
        for path in sorted(source.rglob("*")):
            if path.is_file():
                self.copy(path, f"{name or source}/{path.relative_to(source)}")

    def bytes(self) -> bytes:
        return b"".join([*self._chunks, self._header("TRAILER!!!", 0, 0, (0, 0)), bytes(512)])

    def _parents(self, name: str) -> None:
        parent = normal(name).rpartition("/")[0]
        if parent:
            self.folder(parent)

    def _entry(self, name: str, mode: int, content: bytes = b"", device: tuple[int, int] = (0, 0)) -> None:
        name = normal(name)
        if name in self._names:
            return
        self._names.add(name)
        self._chunks += [self._header(name, mode, len(content), device), content, bytes(-len(content) % 4)]

    @staticmethod
    def _header(name: str, mode: int, size: int, device: tuple[int, int]) -> bytes:
        inode, owner, group, links, time, major, minor = 0, 0, 0, 1, 0, 0, 0
        encoded = name.encode() + b"\0"
        fields = (inode, mode, owner, group, links, time, size, major, minor, *device, len(encoded), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
        return header + bytes(-len(header) % 4)
