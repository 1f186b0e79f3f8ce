# SPDX-License-Identifier: Apache-2.0
"""The guest's disk: Debian 12 with systemd, made once for a list of packages and kept outside the tree."""
import fcntl
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

from host.packages import KEYRING, MIRROR, SECURITY, say

SUITE = "bookworm"
SOURCES = (f"deb {MIRROR} {SUITE} main", f"deb {SECURITY} {SUITE}-security main")
# Beside what is essential and apt.
PACKAGES = ("kmod", "logrotate", "python3", "systemd", "systemd-sysv", "udev")
SIZE = "1500M"
KEPT = 3


def cache_root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("VEDETTE_IMAGE_CACHE") or Path(base) / "vedette-images")


def dependencies(package: Path) -> list[str]:
    """Names of what the .deb depends on; of alternatives, the first."""
    field = subprocess.run(["dpkg-deb", "--field", package, "Depends"], text=True, capture_output=True, check=True)
    return sorted({clause.split("|")[0].split()[0] for clause in field.stdout.strip().split(",") if clause.strip()})


def make(packages: list[str], target: Path) -> None:
    say(f"making a Debian 12 disk with {' '.join(packages)}")
    partial = target.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="vedette-disk-", dir=target.parent) as name:
        root = Path(name) / "root"
        subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", f"--keyring={KEYRING}",
                        f"--include={','.join(packages)}", '--aptopt=APT::Install-Recommends "false"', SUITE, root,
                        *SOURCES], check=True)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", root, partial, SIZE], check=True)
    partial.rename(target)


def base(package: Path) -> Path:
    """A disk on which everything the .deb depends on is installed; nobody may write to it."""
    wanted = sorted({*PACKAGES, *dependencies(package)})
    code = Path(__file__).read_bytes()
    folder = cache_root()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{SUITE}-amd64-{hashlib.sha256(code + ' '.join(wanted).encode()).hexdigest()[:16]}.ext4"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            make(wanted, target)
        os.utime(target)
        for old in sorted(folder.glob("*.ext4"), key=lambda path: -path.stat().st_mtime)[KEPT:]:
            old.unlink()
    return target
