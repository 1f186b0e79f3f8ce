# SPDX-License-Identifier: Apache-2.0
"""A monitor, servers of three clients, and what is done to them and by them."""
import json
import shutil
import subprocess
import threading

from dashboards import ROOT
from processes import Child, free_port, http_get, wait_until

CONFIG = """\
servers:
  - name: victim
    match: {{executable: "{servers}/victim"}}
    egress: ["203.0.113.1:443"]
alerts: {{fold_window: 1s}}
"""


class Monitor:
    """The monitor as built. It sees a home of the test's making in place of root's."""

    def __init__(self, directory, program):
        self.port = free_port()
        config = directory / "vedette.yaml"
        config.write_text(CONFIG.format(servers=directory / "servers"))
        inside = ["unshare", "--mount", "sh", "-ec", f'mount --bind "{directory / "home"}" /root\nexec "$@"', "sh"]
        command = [program, "run", "--json", "--config", config, "--rules", ROOT / "rules"]
        command += ["--state", directory / "state", "--alerts", directory / "alerts.jsonl"]
        command += ["--metrics", f"127.0.0.1:{self.port}"]
        self.child = Child([str(word) for word in inside + command], directory / "vedette.log")

    def wait_ready(self):
        wait_until(lambda: "\nready\n" in "\n" + self.child.output() or not self.child.running(), "the monitor")
        if not self.child.running():
            raise RuntimeError(f"the monitor ended:\n{self.child.output()}")

    def text(self):
        return http_get(f"http://127.0.0.1:{self.port}/metrics")


class Server:
    """A copy of the actor that stands in for an MCP server and obeys lines on its standard input. Its network has
    no interface, so that nothing it sends gets anywhere."""

    def __init__(self, directory, actor, name):
        self.program = install(directory, actor, name)
        command = ["unshare", "--net", self.program, "sleeper"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=directory, **pipes)
        self.pid = str(json.loads(self.read())["pid"])

    def read(self):
        """The next line it prints. A server that hangs is killed, and the line is empty."""
        timer = threading.Timer(20, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        return line

    def obey(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        while (answer := self.read()) and '"done":true' not in answer:
            pass

    def stop(self):
        self.process.kill()
        self.process.wait()


def install(directory, actor, name):
    program = directory / "servers" / name
    program.parent.mkdir(exist_ok=True)
    if not program.exists():
        shutil.copy(actor, program)
    return program


def configure_clients(directory, actor):
    """The files by which Cursor and Claude Code start the servers github and notes."""
    for file, name in ((".cursor/mcp.json", "github"), (".claude.json", "notes")):
        path = directory / "home" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        command = str(install(directory, actor, name))
        path.write_text(json.dumps({"mcpServers": {name: {"command": command, "args": ["sleeper"]}}}))


class Incident:
    def __init__(self, directory, actor, prometheus):
        self.directory, self.actor, self.prometheus = directory, actor, prometheus
        self.servers = {}

    def start_servers(self):
        for name in ("victim", "github", "notes"):
            self.servers[name] = Server(self.directory, self.actor, name)
        count = len(self.servers)
        wait_until(lambda: self.prometheus.number("sum(vedette_servers)") >= count, "servers in the metrics")

    def act(self, *command):
        words = [self.servers[word[1:]].pid if word[0] == "@" else word for word in command]
        nothing = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        subprocess.run([self.actor, *words], cwd="/", check=True, timeout=60, **nothing)

    def step(self, what, does):
        """Does it, and waits until one more alert is in Prometheus, so that each is a second of its own there."""
        query = "sum(vedette_alerts_total)"
        before = self.prometheus.number(query)
        does()
        wait_until(lambda: self.prometheus.number(query) > before, f"an alert in the metrics after: {what}")

    def play(self):
        self.start_servers()
        attacks = [
            ("read_environ", "openat", "@github"),
            ("as", "65534", "read_environ", "openat", "@notes"),
            ("memory", "process_vm_readv", "@victim"),
            ("memory", "process_vm_writev", "@victim"),
            ("trace", "attach", "@github"),
            ("steal_fd", "@notes", "1"),
            ("flood", "40", "@github"),
        ]
        for attack in attacks:
            self.step(" ".join(attack), lambda: self.act(*attack))
        orders = [
            ("notes", "send udp_sendto 198.51.100.7 4433"),  # RFC 5737: nobody's
            ("victim", "send tcp 198.51.100.7 443"),
            ("victim", f"spawn {self.actor} send udp_sendto 198.51.100.9 4433"),
            ("victim", "raw_socket raw4"),
        ]
        for name, order in orders:
            self.step(f"{name}: {order}", lambda: self.servers[name].obey(order))
        self.step("kill_core", lambda: self.act("kill_core", "@notes", "6"))

    def stop(self):
        for server in self.servers.values():
            server.stop()
