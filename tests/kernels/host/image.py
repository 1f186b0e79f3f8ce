# SPDX-License-Identifier: Apache-2.0
"""What the guest finds at its root: tools and libraries, modules, the build under test, and its orders."""
import hashlib
import shlex
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import elf
from .archive import MERGED, Archive
from .machine import EMULATORS
from .packages import Kernel, cache_root

IMAGES_KEPT = 20
GUEST = Path(__file__).resolve().parent.parent / "guest"

TOOLS = """
    bash basename cat chmod chown cp cut date dd dirname echo env false grep head id kill ln ls mkdir mknod mktemp
    mv nproc printf readlink realpath rm rmdir sed seq sh sleep sort stat sync tail tar tee test timeout touch tr
    true tty uname uniq wc awk find xargs free mount umount unshare nsenter setpriv setsid ip ss ps top pgrep
    pkill lsof busybox
""".split()
KERNEL_TOOLS = ("modprobe", "insmod", "lsmod")  # one program, kmod, under several names
OPTIONAL_TOOLS = ("strace", "bpftool")
TERMINALS = ("dumb", "linux", "vt100", "vt220", "xterm")
# With all they depend on. The guest loads the first two, the kernel asks for the others as they are needed.
MODULES = ("virtio_pci", "virtio_console", "veth", "sctp", "vsock", "inet_diag", "tcp_diag", "udp_diag", "raw_diag",
           "unix_diag", "af_packet_diag", "netlink_diag", "mptcp_diag", "sctp_diag", "xsk_diag", "vsock_diag")
TEXTS = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/sh\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "etc/resolv.conf": "nameserver 127.0.0.1\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "etc/machine-id": "00000000000000000000000000000001\n",
    "etc/hostname": "guest\n",
}


@dataclass(frozen=True)
class Build:
    folder: Path  # the build tree under test
    arch: str  # as Debian says it
    roots: tuple[Path, ...] = (Path("/"),)  # where the guest's tools and libraries are taken from

    @property
    def source(self) -> Path:
        for line in (self.folder / "CMakeCache.txt").read_text().splitlines():
            if line.startswith("CMAKE_HOME_DIRECTORY:"):
                return Path(line.partition("=")[2])
        raise RuntimeError(f"{self.folder} is no build directory")

    def programs(self) -> list[Path]:
        patterns = ("vedette", "tests/actors/actor*", "tests/scenarios/scenario_*", "tests/kernels/*",
                    "tests/bench/vedette-bench")
        found = [path for pattern in patterns for path in sorted(self.folder.glob(pattern)) if path.is_file()]
        return [path for path in found if path.stat().st_mode & 0o111 and elf.is_elf(path)]


def tool(name: str, roots: tuple[Path, ...]) -> Path:
    for root in roots:
        for folder in ("usr/bin", "bin", "usr/sbin", "sbin"):
            if (root / folder / name).exists():
                return root / folder / name
    raise RuntimeError(f"the guest needs {name}, which is not in {', '.join(map(str, roots))}")


def available(roots: tuple[Path, ...]) -> dict[str, Path]:
    """Path in the guest → file here."""
    found = {f"usr/bin/{name}": tool(name, roots).resolve() for name in TOOLS}
    found |= {f"usr/sbin/{name}": tool("kmod", roots).resolve() for name in KERNEL_TOOLS}
    for name in OPTIONAL_TOOLS:
        try:
            found[f"usr/bin/{name}"] = tool(name, roots).resolve()
        except RuntimeError:
            pass
    return found


def add_layout(archive: Archive) -> None:
    for name in MERGED:
        archive.folder(f"usr/{name}")
        archive.link(name, f"usr/{name}")
    for name in ("dev", "proc", "sys", "run", "root", "var/lib", "guest"):
        archive.folder(name)
    archive.folder("tmp", 0o1777)
    archive.device("dev/console", 0o600, 5, 1)  # opened by the kernel for the first process
    archive.device("dev/null", 0o666, 1, 3)
    for name, text in TEXTS.items():
        archive.file(name, text.encode())


def tools_archive(roots: tuple[Path, ...]) -> bytes:
    archive = Archive()
    add_layout(archive)
    tools = available(roots)
    for name, file in (tools | elf.closure(list(tools.values()), list(roots))).items():
        archive.file(name, file.read_bytes(), 0o755)
    for terminal in TERMINALS:
        for root in roots:
            file = root / "lib/terminfo" / terminal[0] / terminal
            if file.exists():
                archive.copy(file, f"lib/terminfo/{terminal[0]}/{terminal}")
    return archive.bytes()


def cached(key: str, make: Callable[[], bytes]) -> bytes:
    """What make() gives, kept under a digest of the key and of this code; the images not used for long go."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    folder = cache_root() / "images"
    file = folder / hashlib.sha256(code + key.encode()).hexdigest()[:20]
    if file.exists():
        file.touch()
        return file.read_bytes()
    folder.mkdir(parents=True, exist_ok=True)
    content = make()
    partial = folder / f"{file.name}.{threading.get_ident()}"
    partial.write_bytes(content)
    partial.rename(file)
    for old in sorted(folder.iterdir(), key=lambda path: -path.stat().st_mtime)[IMAGES_KEPT:]:
        old.unlink(missing_ok=True)
    return content


def cached_tools(roots: tuple[Path, ...]) -> bytes:
    stamps = [f"{name} {file} {file.stat().st_mtime_ns}" for name, file in available(roots).items()]
    return cached("\n".join(stamps), lambda: tools_archive(roots))


def dependencies(modules: Path) -> dict[str, list[str]]:
    """Module name → its file and those of the modules it depends on, relative to the modules folder."""
    result = {}
    for line in (modules / "modules.dep").read_text().splitlines():
        file, _, needed = line.partition(":")
        result[Path(file).name.split(".")[0].replace("-", "_")] = [file, *needed.split()]
    return result


def modules_archive(kernel: Kernel) -> bytes:
    archive = Archive()
    known = dependencies(kernel.modules)
    for file in sorted({file for name in MODULES for file in known.get(name, [])}):
        archive.copy(kernel.modules / file, f"usr/lib/modules/{kernel.release}/{file}")
    for index in sorted(kernel.modules.glob("modules.*")):
        archive.copy(index, f"usr/lib/modules/{kernel.release}/{index.name}")
    return archive.bytes()


def build_archive(build: Build) -> bytes:
    archive = Archive()
    programs = build.programs()
    for file in programs:
        archive.file(str(file), file.read_bytes(), 0o755)
    for name, library in elf.closure(programs, list(build.roots)).items():
        archive.file(name, library.read_bytes(), 0o755)
    archive.tree(build.source / "rules")
    archive.copy(build.source / "packaging/vedette.service", str(build.source / "packaging/vedette.service"))
    return archive.bytes()


def orders_archive(build: Build, job: str) -> bytes:
    archive = Archive()
    archive.file("init", (GUEST / "init").read_bytes(), 0o755)
    archive.file("guest/functions", (GUEST / "functions").read_bytes())
    place = {"build": build.folder, "source": build.source, "console": EMULATORS[build.arch].console}
    lines = [f"{key}={shlex.quote(str(value))}\n" for key, value in place.items()]
    archive.file("guest/place", "".join(lines).encode())
    archive.file("guest/job", job.encode())
    return archive.bytes()


def initramfs(kernel: Kernel, build: Build, job: str) -> bytes:
    modules = cached(str(kernel.modules), lambda: modules_archive(kernel))
    return cached_tools(build.roots) + modules + build_archive(build) + orders_archive(build, job)
