# SPDX-License-Identifier: Apache-2.0
"""Debian's kernels: the newest package of each suite, unpacked into a cache outside the tree."""
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

MIRROR = "http://deb.debian.org/debian"
SECURITY = "http://deb.debian.org/debian-security"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
REFRESH_AFTER = 24 * 3600  # seconds


@dataclass(frozen=True)
class Suite:
    name: str
    sources: tuple[str, ...]


SUITES = (
    Suite("5.10", (f"{MIRROR} bullseye main", f"{SECURITY} bullseye-security main")),
    Suite("6.1", (f"{MIRROR} bookworm main", f"{SECURITY} bookworm-security main")),
    Suite("6.12", (f"{MIRROR} bookworm-backports main",)),
    Suite("newest", (f"{MIRROR} sid main",)),
)


@dataclass(frozen=True)
class Kernel:
    name: str  # of its suite
    release: str  # as uname -r says it
    image: Path
    modules: Path  # the directory lib/modules/RELEASE


def say(text: str) -> None:
    print(f"== {text}", file=sys.stderr, flush=True)


def cache_root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("VEDETTE_KERNEL_CACHE") or Path(base) / "vedette-kernels")


class Apt:
    """apt with a state of its own: it knows one suite of one architecture, and nothing as installed."""

    def __init__(self, name: str, sources: tuple[str, ...], arch: str):
        self.root = cache_root() / "apt" / f"{name}-{arch}"
        for folder in ("lists/partial", "cache/archives/partial", "etc"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        (self.root / "status").touch()
        lines = [f"deb [arch={arch} signed-by={KEYRING}] {source}\n" for source in sources]
        (self.root / "etc/sources.list").write_text("".join(lines))
        self.options = self._options(arch)

    def _options(self, arch: str) -> list[str]:
        settings = {
            "Dir::State": self.root, "Dir::State::lists": self.root / "lists",
            "Dir::State::status": self.root / "status", "Dir::Cache": self.root / "cache",
            "Dir::Etc::sourcelist": self.root / "etc/sources.list", "Dir::Etc::sourceparts": "/dev/null",
            "APT::Architecture": arch, "APT::Architectures": arch, "Acquire::Languages": "none",
            "Acquire::Check-Valid-Until": "false", "APT::Sandbox::User": "root", "APT::Install-Recommends": "false",
        }
        return [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]

    def run(self, tool: str, *arguments: str, directory: Path | None = None) -> str:
        done = subprocess.run([tool, *self.options, *arguments], cwd=directory, text=True, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(f"{tool} {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def update(self) -> None:
        stamp = self.root / "updated"
        if not stamp.exists() or time.time() - stamp.stat().st_mtime > REFRESH_AFTER:
            self.run("apt-get", "update", "-q", "--error-on=any")
            stamp.touch()

    def field(self, package: str, field: str) -> str:
        for line in self.run("apt-cache", "show", "--no-all-versions", package).splitlines():
            if line.startswith(field + ": "):
                return line.removeprefix(field + ": ")
        return ""


def kernel_packages(apt: Apt, arch: str) -> list[str]:
    """What the metapackage installs of the kernel itself: one package, or several as newer suites split it."""
    image = re.search(r"linux-image-\d\S*", apt.field(f"linux-image-cloud-{arch}", "Depends"))
    if image is None:
        raise RuntimeError(f"linux-image-cloud-{arch} depends on no kernel")
    release = image.group().removeprefix("linux-image-")
    parts = re.findall(rf"linux-(?:binary|modules)-{re.escape(release)}", apt.field(image.group(), "Depends"))
    return [image.group(), *parts]


def unpack(apt: Apt, packages: list[str], target: Path) -> None:
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    apt.run("apt-get", "download", "-q", *packages, directory=partial)
    for archive in sorted(partial.glob("*.deb")):
        subprocess.run(["dpkg", "-x", archive, partial / "root"], check=True)
        archive.unlink()
    index_modules(partial / "root")
    partial.rename(target)


def index_modules(root: Path) -> None:
    if not (root / "lib").exists():
        (root / "lib").symlink_to("usr/lib")
    for modules in root.glob("lib/modules/*/kernel"):
        subprocess.run(["depmod", "-b", root, modules.parent.name], check=True, stderr=subprocess.DEVNULL)


def described(name: str, unpacked: Path) -> Kernel:
    root = unpacked / "root"
    images = [*root.glob("boot/vmlinuz-*"), *root.glob("lib/modules/*/vmlinuz")]
    modules = [path.parent for path in root.glob("lib/modules/*/kernel")]
    if len(images) != 1 or len(modules) != 1:
        raise RuntimeError(f"{unpacked} holds {len(images)} kernels and modules of {len(modules)}")
    return Kernel(name, modules[0].name, images[0], modules[0])


def newest(suite: Suite, arch: str) -> Path:
    apt = Apt(suite.name, suite.sources, arch)
    apt.update()
    packages = kernel_packages(apt, arch)
    target = cache_root() / "kernels" / arch / f"{suite.name}_{packages[0]}_{apt.field(packages[0], 'Version')}"
    if not target.exists():
        say(f"downloading {' '.join(packages)}")
        unpack(apt, packages, target)
    return target


def fetch(suite: Suite, arch: str) -> Kernel:
    folder = cache_root() / "kernels" / arch

    def cached() -> list[Path]:
        return [path for path in folder.glob(f"{suite.name}_*") if path.suffix != ".partial"]

    try:
        target = newest(suite, arch)
    except RuntimeError as error:
        if not cached():
            raise
        target = max(cached(), key=lambda path: path.stat().st_mtime)
        say(f"{suite.name}: using the cached {target.name}: {str(error).splitlines()[0]}")
    for old in cached():
        if old != target:
            shutil.rmtree(old)
    return described(suite.name, target)
