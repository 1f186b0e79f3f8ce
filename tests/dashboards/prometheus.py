# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus that scrapes one monitor every second."""
import json
import urllib.error
import urllib.parse
import urllib.request

from dashboards import ALERTS
from processes import Child, free_port, http_get, wait_until

CONFIG = """\
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: vedette
    static_configs: [{{targets: ["127.0.0.1:{port}"], labels: {{instance: workstation}}}}]
"""


class Prometheus:
    def __init__(self, directory, target_port):
        config = directory / "prometheus.yml"
        config.write_text(CONFIG.format(rules=ALERTS, port=target_port))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.child = Child(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={directory / 'tsdb'}",
             f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"],
            directory / "prometheus.log")  # fmt: skip

    def wait_ready(self):
        wait_until(lambda: http_get(f"{self.url}/-/ready") or not self.child.running(), "Prometheus")
        if not self.child.running():
            raise RuntimeError(f"Prometheus ended:\n{self.child.output()}")

    def get(self, path, **parameters):
        """The data of the answer; a query that is refused is an error with Prometheus' words."""
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as refused:
            raise ValueError(f"{parameters}: {json.load(refused)['error']}") from refused

    def instant(self, query, time=None):
        return self.get("query", query=query, **({"time": time} if time else {}))

    def over(self, query, start, end, step=1):
        return self.get("query_range", query=query, start=start, end=end, step=step)

    def number(self, query):
        """The value of the one series; 0 when there is none."""
        result = self.instant(query)["result"]
        return float(result[0]["value"][1]) if result else 0.0

    def label_values(self, metric, label):
        return self.get(f"label/{label}/values", **{"match[]": metric})


def has_numbers(data):
    """Whether an answer holds anything but NaN."""
    if data["resultType"] == "scalar":
        return True
    points = (point for series in data["result"] for point in series.get("values") or [series["value"]])
    return any(value != "NaN" for _, value in points)
