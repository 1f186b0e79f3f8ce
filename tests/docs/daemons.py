# SPDX-License-Identifier: Apache-2.0
"""rsyslog and syslog-ng: unpacked below $VEDETTE_LOG_DAEMONS, as scripts/test does, or installed."""
import os
import shutil
import subprocess
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
UNPACKED = Path(os.environ.get("VEDETTE_LOG_DAEMONS") or CACHE / "vedette-tests/log-daemons")


def libraries(*further):
    found = {path.parent for pattern in ("usr/lib/*/*.so.*", "lib/*/*.so.*") for path in UNPACKED.glob(pattern)}
    return "LD_LIBRARY_PATH=" + ":".join(str(path) for path in [*sorted(found), *further])


class Daemon:
    def __init__(self, program, unpacked, module):
        """`unpacked`: the words to run it by where it is unpacked; `module`: a file of it that has to be there."""
        path = UNPACKED / "usr/sbin" / program
        installed = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
        self.command = [*unpacked(path)] if path.exists() else [installed] if installed else None
        roots = [UNPACKED / "usr/lib", Path("/usr/lib")]
        if self.command and not any(root.glob(f"**/{module}") for root in roots if root.exists()):
            self.command = None
        self.missing = f"no {program} with {module}: scripts/test unpacks it into {UNPACKED}"

    def check(self, *options):
        """What it says about a configuration; "" when it takes it."""
        done = subprocess.run([*self.command, *map(str, options)], capture_output=True, text=True, timeout=60)
        return "" if done.returncode == 0 else done.stdout + done.stderr or f"exits with {done.returncode}"


def rsyslog_words(program):
    modules = next(UNPACKED.glob("usr/lib/*/rsyslog"))
    return ["env", libraries(), str(program), "-M", str(modules)]


def syslog_ng_words(program):
    modules = next((UNPACKED / "usr/lib/syslog-ng").glob("*/"))
    prefix = f"SYSLOGNG_PREFIX={UNPACKED / 'usr'}"
    return ["env", libraries(UNPACKED / "usr/lib/syslog-ng"), prefix, str(program), f"--module-path={modules}"]


def rsyslog():
    return Daemon("rsyslogd", rsyslog_words, "omelasticsearch.so")


def syslog_ng():
    return Daemon("syslog-ng", syslog_ng_words, "libhttp.so")


def rsyslog_configuration(text, directory):
    """As the configuration of Debian includes it."""
    return f'global(workDirectory="{directory}")\n{text}'


def syslog_ng_configuration(text):
    return f"@version: 3.38\n{text}"


def rsyslog_options(file):
    return ["-n", "-i", "NONE", "-f", file]


def syslog_ng_options(file, directory):
    places = {"persist-file": "persist", "control": "control", "pidfile": "pid"}
    return ["--foreground", "--no-caps", "-f", file, *(f"--{key}={directory / name}" for key, name in places.items())]
