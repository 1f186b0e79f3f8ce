# SPDX-License-Identifier: Apache-2.0
"""The unit, as systemd judges it."""
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from built import UNIT, output

HIGHEST_EXPOSURE = 3.0  # of 10


class Unit(unittest.TestCase):
    def test_exposure(self):
        report = output("systemd-analyze", "security", "--offline=true", "--no-pager", UNIT)
        exposure = float(re.search(r"Overall exposure level for vedette.service: ([0-9.]+)", report).group(1))
        print(f"exposure {exposure}")
        left = "\n".join(line for line in report.splitlines() if line.startswith("✗"))
        self.assertLessEqual(exposure, HIGHEST_EXPOSURE, left)

    def test_every_setting_is_used_or_its_absence_explained(self):
        report = output("systemd-analyze", "security", "--offline=true", "--no-pager", UNIT)
        text = UNIT.read_text()
        settings = {re.sub(r"=.*", "=", name) for line in report.splitlines()
                    for name in re.findall(r"^[✓✗ ] ([A-Z]\w+=)", line)}
        self.assertIn("ProtectSystem=", settings)
        not_for_root = {"SupplementaryGroups=", "RemoveIPC="}
        of_defaults = {"Delegate=", "NotifyAccess=", "DeviceAllow="}
        self.assertEqual({name for name in settings - not_for_root - of_defaults if name not in text}, set())

    def test_systemd_knows_every_line(self):
        with tempfile.TemporaryDirectory() as folder:
            unit = Path(folder) / UNIT.name
            unit.write_text(re.sub("^Documentation=.*", "", UNIT.read_text(), flags=re.MULTILINE)
                            .replace("/usr/bin/vedette", "/bin/true"))
            done = subprocess.run(["systemd-analyze", "verify", unit], text=True, capture_output=True)
        self.assertNotIn(UNIT.name, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
