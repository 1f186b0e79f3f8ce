#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The configurations of docs/siem run: the real monitor, rsyslog, syslog-ng, and a receiver in place of Elasticsearch
and Splunk. Every alert has to be everywhere, unchanged. As root."""
import base64
import json
import socket
import subprocess
import sys
from pathlib import Path

import yaml

import certificate
import daemons
from pages import ROOT, adapted, block
from receiver import STREAM, Receiver
import monitor_test
from incident import Server
from processes import Child, free_port, wait_until

OURS = "/etc/vedette/vedette.yaml"
RSYSLOG = "/etc/rsyslog.d/60-vedette.conf"
SYSLOG_NG = "/etc/syslog-ng/conf.d/vedette.conf"
SECRETS = {"elastic": "ZWxhc3RpYw==", "splunk": "00000000-1111-2222-3333-444444444444"}
COLLECTOR = "/services/collector/raw"


def listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Stage:
    """What runs, in one directory."""

    def __init__(self, directory, options):
        self.directory, self.options = directory, options
        self.certificate, self.key = certificate.make(directory)
        basic = base64.b64encode(b"vedette:SECRET").decode()
        logins = {f"/{STREAM}/_doc": f"ApiKey {SECRETS['elastic']}", f"/{STREAM}/_bulk": "ApiKey SECRET"}
        logins |= {"/_bulk": f"Basic {basic}", COLLECTOR: f"Splunk {SECRETS['splunk']}"}
        self.receiver = Receiver(self.certificate, self.key, logins)
        self.running = [self.receiver]
        self.outputs = []
        self.files = {}  # {name: lines of the native form it has to hold}
        self.ways = {}  # {path of the receiver: format}

    def path(self, name):
        return self.directory / name

    def stop(self):
        for part in reversed(self.running):
            part.stop()

    def add_output(self, text, values):
        self.outputs += yaml.safe_load(adapted(text, values))["outputs"]

    def files_of(self):
        """The files of Wazuh and Splunk, and of Filebeat."""
        native = block("siem/wazuh.md", "yaml", OURS).text
        self.add_output(native, {"/var/log/vedette/alerts.jsonl": self.path("alerts.jsonl")})
        elastic = yaml.safe_load(block("siem/elastic.md", "yaml", OURS, "ecs.jsonl").text)["outputs"][1]
        self.outputs.append(elastic | {"path": str(self.path("ecs.jsonl"))})

    def webhooks(self):
        here = f"localhost:{self.receiver.port}"
        text = block("siem/elastic.md", "yaml", OURS, "webhook").text
        values = {"elastic.example:9200": here, "/etc/vedette/elastic-ca.pem": self.certificate}
        self.add_output(text, values | {"name: elastic": "name: elastic-webhook"})
        text = block("siem/splunk.md", "yaml", OURS, "webhook").text
        self.add_output(text, {"splunk.example:8088": here, "/etc/vedette/splunk-ca.pem": self.certificate})
        self.ways |= {f"/{STREAM}/_doc": "ecs", COLLECTOR: "native"}

    def start(self, name, daemon, text, port):
        place = self.path(name)
        place.mkdir()
        file = place / "configuration"
        if name.startswith("rsyslog"):
            file.write_text(daemons.rsyslog_configuration(text, place))
            options = daemons.rsyslog_options(file)
        else:
            file.write_text(daemons.syslog_ng_configuration(text))
            options = daemons.syslog_ng_options(file, place)
        child = Child([str(word) for word in [*daemon.command, *options]], self.path(f"{name}.log"))
        self.running.append(child)
        wait_until(lambda: listening(port) or not child.running(), f"{name} to listen")
        if not child.running():
            raise RuntimeError(f"{name} ended:\n{child.output()}")

    def tls_output(self, name, port):
        values = {"relay.example:6514": f"localhost:{port}", "/etc/vedette/relay-ca.pem": self.certificate}
        self.add_output(block("siem/syslog.md", "yaml", OURS).text, values | {"name: relay": f"name: {name}"})
        self.files[name] = self.path(f"{name}.jsonl")

    def tcp_output(self, name, port, way):
        text = block("siem/elastic.md", "yaml", OURS, "syslog").text
        self.add_output(text, {"127.0.0.1:5140": f"127.0.0.1:{port}", "name: elastic": f"name: {name}"})
        self.ways[way] = "ecs"

    def rsyslog(self, daemon):
        port, name = free_port(), "rsyslog-tls"
        values = {'port="6514"': f'address="127.0.0.1" port="{port}"', "/etc/rsyslog.d/tls/key.pem": self.key}
        values |= {f"/etc/rsyslog.d/tls/{pem}.pem": self.certificate for pem in ("ca", "cert")}
        values["/var/log/vedette-relay.jsonl"] = self.path(f"{name}.jsonl")
        self.start(name, daemon, adapted(block("siem/syslog.md", "rsyslog", RSYSLOG).text, values), port)
        self.tls_output(name, port)
        port, name = free_port(), "rsyslog-elastic"
        values = {'port="5140"': f'port="{port}"', 'serverport="9200"': f'serverport="{self.receiver.port}"'}
        values |= {"elastic.example": "localhost", "/etc/vedette/elastic-ca.pem": self.certificate}
        values |= {f"/var/log/{name}": self.path(name) for name in ("vedette-refused.log", "vedette-error.json")}
        self.start(name, daemon, adapted(block("siem/elastic.md", "rsyslog", RSYSLOG).text, values), port)
        self.tcp_output(name, port, "/_bulk")

    def syslog_ng(self, daemon):
        port, name = free_port(), "syslog-ng-tls"
        values = {'ip("0.0.0.0") port(6514)': f'ip("127.0.0.1") port({port})'}
        values |= {"/etc/syslog-ng/tls/cert.pem": self.certificate, "/etc/syslog-ng/tls/key.pem": self.key}
        values["/var/log/vedette-relay.jsonl"] = self.path(f"{name}.jsonl")
        self.start(name, daemon, adapted(block("siem/syslog.md", "syslog-ng", SYSLOG_NG).text, values), port)
        self.tls_output(name, port)
        port, name = free_port(), "syslog-ng-elastic"
        values = {"port(5140)": f"port({port})", "elastic.example:9200": f"localhost:{self.receiver.port}"}
        values["/etc/vedette/elastic-ca.pem"] = self.certificate
        values["disk-buf-size("] = f'dir("{self.path(name)}") disk-buf-size('
        self.start(name, daemon, adapted(block("siem/elastic.md", "syslog-ng", SYSLOG_NG).text, values), port)
        self.tcp_output(name, port, f"/{STREAM}/_bulk")

    def monitor(self):
        server = {"name": "victim", "match": {"executable": str(self.path("servers/victim"))}}
        settings = {"servers": [server], "alerts": {"fold_window": "0s"}, "outputs": self.outputs}
        self.path("vedette.yaml").write_text(yaml.safe_dump(settings))
        credentials = self.path("credentials")
        credentials.mkdir(mode=0o700)
        for name, secret in SECRETS.items():
            (credentials / name).write_text(secret + "\n")
        command = ["env", f"CREDENTIALS_DIRECTORY={credentials}", self.options.vedette, "run", "--json"]
        command += ["--config", self.path("vedette.yaml"), "--rules", ROOT / "rules"]
        command += ["--state", self.path("state"), "--metrics", "off"]
        child = Child([str(word) for word in command], self.path("vedette.log"))
        self.running.append(child)
        wait_until(lambda: "\nready\n" in "\n" + child.output() or not child.running(), "the monitor", 60)
        if not child.running():
            raise RuntimeError(f"the monitor ended:\n{child.output()}")

    def attack(self):
        """By programs whose names are ASCII and not: that decides about the mark before a syslog message."""
        server = Server(self.directory, self.options.actor, "victim")
        self.running.append(server)
        for name in ("thief", "dieb-ä"):
            program = self.path(name)
            program.write_bytes(Path(self.options.actor).read_bytes())
            program.chmod(0o755)
            subprocess.run([program, "read_environ", "openat", server.pid], check=True, capture_output=True, timeout=60)
            actor = f'"executable":"{program}"'
            wait_until(lambda: any(actor in line for line in self.alerts().values()), f"the alert about {name}")

    def lines(self, name):
        """{id: line} of a file of the native form."""
        path = self.path(name)
        text = path.read_text() if path.exists() else ""
        return {json.loads(line)["id"]: line for line in text.split("\n")[:-1]}

    def alerts(self):
        """Those that are ours: other servers may be on this machine."""
        found = self.lines("alerts.jsonl")
        return {key: line for key, line in found.items() if (json.loads(line)["server"] or {})["name"] == "victim"}

    def documents(self):
        """{id: document} of the form ecs."""
        path = self.path("ecs.jsonl")
        text = path.read_text() if path.exists() else ""
        return {document["event"]["id"]: document for document in map(json.loads, text.split("\n")[:-1])}


class Checks:
    def __init__(self, stage):
        self.stage, self.failures = stage, []
        self.alerts = stage.alerts()

    def arrived(self, what, found):
        """`found` answers {id: text}."""
        try:
            wait_until(lambda: self.alerts.keys() <= found().keys(), f"alerts: {what}", 60)
        except TimeoutError as error:
            self.failures.append(str(error))
        return found()

    def files(self):
        for name in self.stage.files:
            found = self.arrived(name, lambda: self.stage.lines(f"{name}.jsonl"))
            for key, line in self.alerts.items():
                if found.get(key) != line:
                    self.failures.append(f"{name}: expected\n{line}\nfound\n{found.get(key)}")

    def received(self, way, form):
        def name_of(text):
            document = json.loads(text)
            return document["event"]["id"] if form == "ecs" else document["id"]

        return {name_of(text): (key, text) for key, text in self.stage.receiver.received(way)}

    def ways(self):
        documents = self.arrived("ecs.jsonl", self.stage.documents)
        for way, form in self.stage.ways.items():
            found = self.arrived(way, lambda: self.received(way, form))
            for key, line in self.alerts.items():
                expected = documents.get(key) if form == "ecs" else json.loads(line)
                name, text = found.get(key, (None, "null"))
                if json.loads(text) != expected or (way.endswith("_bulk") and name != key):
                    self.failures.append(f"{way}: {key}: expected\n{expected}\nfound {name}\n{text}")

    def refusals(self):
        """The collector was busy once, and so was rsyslog's `_bulk`, which had to be got over; no more was refused."""
        found = self.stage.receiver.refusals
        expected = {f"{COLLECTOR}: 503"} | ({"/_bulk: 429"} if "/_bulk" in self.stage.ways else set())
        if sorted(found) != sorted(expected):
            self.failures.append(f"refused: {found}, expected {expected}")
        for name in ("vedette-refused.log", "vedette-error.json"):
            if self.stage.path(name).exists():
                self.failures.append(f"{name}: {self.stage.path(name).read_text()}")

    def backup(self):
        """As docs/operating.md makes it."""
        place = self.stage.path("backup")
        place.mkdir(mode=0o700)
        command = ["sqlite3", self.stage.path("state/vedette.db"), f".backup '{place / 'vedette.db'}'"]
        subprocess.run(command, check=True, timeout=60)
        command = [self.stage.options.vedette, "alerts", "--state", place, "--since", "30d", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        kept = {json.loads(line)["id"] for line in done.stdout.splitlines()}
        if not self.alerts.keys() <= kept:
            self.failures.append(f"the backup has {kept}, expected {set(self.alerts)}: {done.stderr}")


def check_all(stage):
    for daemon, start in ((daemons.rsyslog(), stage.rsyslog), (daemons.syslog_ng(), stage.syslog_ng)):
        if daemon.command:
            start(daemon)
        else:
            print(f"SKIP: {daemon.missing}")
    stage.files_of()
    stage.webhooks()
    stage.monitor()
    stage.attack()
    checks = Checks(stage)
    checks.files()
    checks.ways()
    checks.refusals()
    checks.backup()
    print(f"{len(checks.alerts)} alerts through {[output['name'] for output in stage.outputs if 'name' in output]}")
    return checks.failures


def test(directory, options):
    stage = Stage(directory, options)
    try:
        return check_all(stage)
    finally:
        stage.stop()


if __name__ == "__main__":
    sys.exit(monitor_test.run(test, monitor_test.options(__doc__).parse_args()))
