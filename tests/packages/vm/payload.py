# SPDX-License-Identifier: Apache-2.0
"""The initramfs that mounts the disk and brings the payload."""
from pathlib import Path

from host.archive import Archive
from host.image import dependencies, tool
from host.packages import Kernel

GUEST = Path(__file__).resolve().parent / "guest"
MODULES = ("virtio_pci", "virtio_console", "virtio_blk", "ext4", "crc32c_generic", "crc32c_intel")


def initramfs(kernel: Kernel, payload: list[Path]) -> bytes:
    archive = Archive()
    for name in ("dev", "proc", "sys", "disk", "usr/bin", "usr/lib"):
        archive.folder(name)
    archive.device("dev/console", 0o600, 5, 1)  # opened by the kernel for the first process
    archive.copy(tool("busybox", (Path("/"),)).resolve(), "usr/bin/busybox")
    archive.link("bin", "usr/bin")
    archive.link("lib", "usr/lib")
    known = dependencies(kernel.modules)
    for file in sorted({file for name in MODULES for file in known.get(name, [])}):
        archive.copy(kernel.modules / file, f"usr/lib/modules/{kernel.release}/{file}")
    for index in sorted(kernel.modules.glob("modules.*")):
        archive.copy(index, f"usr/lib/modules/{kernel.release}/{index.name}")
    archive.file("init", (GUEST / "init").read_bytes(), 0o755)
    for file in [*sorted(GUEST.glob("*.py")), GUEST / "steps.service", GUEST / "steps.target", *payload]:
        archive.copy(file, f"payload/{file.name}")
    return archive.bytes()
