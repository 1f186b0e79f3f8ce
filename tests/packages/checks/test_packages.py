# SPDX-License-Identifier: Apache-2.0
"""What is in the .deb and in the tarball."""
import re
import stat
import subprocess
import unittest
from pathlib import Path

from built import ROOT, installed, newest, output, package

PLACES = ("usr/bin/vedette", "usr/lib/systemd/system/vedette.service", "etc/vedette/vedette.yaml", "etc/vedette/rules.d",
          "etc/logrotate.d/vedette", "usr/share/vedette/rules/detection", "usr/share/vedette/rules/servers",
          "usr/share/man/man1/vedette.1.gz", "usr/share/man/man5/vedette.yaml.5.gz",
          "usr/share/bash-completion/completions/vedette", "usr/share/zsh/vendor-completions/_vedette",
          "usr/share/fish/vendor_completions.d/vedette.fish")
# Of the system, whatever the distribution; the rest the tarball brings.
OF_THE_SYSTEM = {"libc", "libm", "libstdc++", "libgcc_s", "libz", "libcrypto", "libssl", "libsystemd", "libcurl",
                 "libsqlite3"}
NEWEST_LIBC = (2, 36)  # of Debian 12


def field(name: str) -> str:
    return output("dpkg-deb", "--field", package(), name).strip()


def needed(file: Path) -> set[str]:
    return {line.split(".so")[0] for line in re.findall(r"NEEDED +(\S+)", output("objdump", "-p", file))
            if not line.startswith("ld-linux")}


def is_elf(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == b"\x7fELF"


class Package(unittest.TestCase):
    maxDiff = None

    def test_lintian_finds_nothing(self):
        done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", package()], text=True,
                              capture_output=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_files_are_in_their_places(self):
        self.assertEqual([place for place in PLACES if not installed(place).exists()], [])
        self.assertEqual((ROOT / "dashboards").exists(), installed("usr/share/vedette/dashboards").exists())

    def test_everything_below_etc_is_a_conffile(self):
        shipped = {f"/{path.relative_to(installed(''))}" for path in installed("etc").rglob("*") if path.is_file()}
        self.assertEqual(shipped, set(output("dpkg-deb", "--info", package(), "conffiles").split()))

    def test_all_belongs_to_root(self):
        owners = {line.split()[1] for line in output("dpkg-deb", "--contents", package()).splitlines()}
        self.assertEqual(owners, {"root/root"})

    def test_nothing_is_writable_by_others_or_setuid(self):
        loose = [path for path in installed("").rglob("*")
                 if not path.is_symlink() and path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH | stat.S_ISUID)]
        self.assertEqual(loose, [])

    def test_the_shipped_configuration_has_no_mistake(self):
        output(installed("usr/bin/vedette"), "check", "--config", installed("etc/vedette/vedette.yaml"), "--rules",
               installed("usr/share/vedette/rules"))

    def test_dependencies_are_computed(self):
        for library in ("libc6 (>= ", "libbpf1 (>= ", "libstdc++6 (>= "):
            self.assertIn(library, field("Depends"))

    def test_the_changelog_is_of_this_version(self):
        changelog = installed("usr/share/doc/vedette/changelog.gz")
        parsed = subprocess.run(["dpkg-parsechangelog", "-l-"], input=output("zcat", changelog), text=True,
                                capture_output=True, check=True)
        self.assertIn(f"\nVersion: {field('Version')}\n", parsed.stdout)
        self.assertEqual(parsed.stderr, "")

    def test_the_scripts_are_those_of_the_source_and_parse(self):
        scripts = {name: output("dpkg-deb", "--info", package(), name) for name in ("postinst", "prerm", "postrm")}
        for name, text in scripts.items():
            with self.subTest(name):
                self.assertEqual(text, (ROOT / "packaging/deb" / name).read_text())
                output("sh", "-n", ROOT / "packaging/deb" / name)


class Tarball(unittest.TestCase):
    def test_files_are_in_their_places(self):
        missing = [place for place in (*PLACES, "INSTALL", "LICENSE") if not installed(f"tarball/{place}").exists()]
        self.assertEqual(missing, [])
        self.assertIn(output(installed("tarball/usr/bin/vedette"), "--version").split()[1],
                      installed("tarball/INSTALL").read_text())

    def test_what_no_system_has_is_linked_in_or_beside_it(self):
        program = installed("tarball/usr/bin/vedette")
        beside = {path.name.split(".so")[0] for path in installed("tarball/usr/lib/vedette").iterdir()}
        self.assertEqual(needed(program) - OF_THE_SYSTEM - beside, set())
        self.assertFalse(needed(program) & {"libbpf", "libelf", "libre2", "libuuid"})
        for line in output("ldd", program).splitlines():
            name = line.split(".so")[0].strip()
            if name in beside:
                self.assertIn(f"=> {program.parent}", line)

    def test_it_asks_for_no_newer_libc(self):
        for file in filter(is_elf, installed("tarball").rglob("*")):
            versions = re.findall(r"GLIBC_(\d+)\.(\d+)", output("objdump", "-T", file))
            self.assertLessEqual(max((int(a), int(b)) for a, b in versions), NEWEST_LIBC, file)

    def test_the_packages_are_of_one_version(self):
        self.assertIn(f"vedette-{field('Version')}-linux", newest("vedette-*-linux-amd64.tar.gz").name)


if __name__ == "__main__":
    unittest.main()
