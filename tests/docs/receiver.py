# SPDX-License-Identifier: Apache-2.0
"""One HTTPS server with what Vedette and the relays use of two: Elasticsearch's `_doc` and `_bulk`, Splunk's collector.
What either would refuse it refuses, by their documentation: https://www.elastic.co/docs/api/doc/elasticsearch,
https://help.splunk.com, HTTP Event Collector."""
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

STREAM = "logs-vedette.alerts-default"


class Refused(Exception):
    def __init__(self, status, why):
        super().__init__(why)
        self.status = status


def parsed(text):
    try:
        return json.loads(text)
    except ValueError as error:
        raise Refused(400, f"{error}: {text[:200]}") from error


class Receiver:
    """`logins`: who may, {path: the value of Authorization}."""

    def __init__(self, certificate, key, logins):
        self.logins = logins
        self.lock = threading.Lock()
        self.documents = {}  # {way: [(id or None, text)]}
        self.refusals = []
        self.busy = {"/_bulk", "/services/collector/raw"}  # these put off the first document and the first request
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def received(self, way):
        with self.lock:
            return list(self.documents.get(way, []))

    def take(self, method, target, headers, body):
        """(status, answer)"""
        with self.lock:
            try:
                return 200, self.answer(method, urlsplit(target), headers, body.decode())
            except Refused as refused:
                self.refusals.append(f"{urlsplit(target).path}: {refused.status}")
                return refused.status, {"error": str(refused)}

    def answer(self, method, url, headers, body):
        ways = {
            f"/{STREAM}/_doc": self.document,
            f"/{STREAM}/_bulk": self.bulk,
            "/_bulk": self.bulk,
            "/services/collector/raw": self.collector,
        }
        if url.path not in ways or method != "POST":
            raise Refused(405, "no such page")
        if headers["Authorization"] != self.logins[url.path]:
            raise Refused(401, f"Authorization: {headers['Authorization']}")
        return ways[url.path](url, headers["Content-Type"].partition(";")[0], body)

    def keep(self, way, name, text):
        self.documents.setdefault(way, []).append((name, text))

    def document(self, url, kind, body):
        if kind != "application/json":
            raise Refused(406, f"Content-Type header [{kind}] is not supported")
        if not isinstance(parsed(body), dict):
            raise Refused(400, "a document is an object")
        self.keep(url.path, None, body)
        return {"result": "created"}

    def bulk(self, url, kind, body):
        """A data stream takes `create` alone."""
        if kind not in ("application/json", "application/x-ndjson"):
            raise Refused(406, f"Content-Type header [{kind}] is not supported")
        if not body.endswith("\n"):
            raise Refused(400, "The bulk request must be terminated by a newline")
        lines = body.rstrip("\n").split("\n")
        items = []
        for action, text in zip(lines[::2], lines[1::2], strict=True):
            meta = parsed(action)["create"]
            if meta.get("_index", STREAM) != STREAM or not isinstance(parsed(text), dict):
                raise Refused(400, action)
            items.append({"create": {"_index": STREAM, "_id": meta["_id"]} | self.create(url.path, meta["_id"], text)})
        return {"took": 1, "errors": any("error" in item["create"] for item in items), "items": items}

    def create(self, way, name, text):
        if way in self.busy:
            self.busy.remove(way)
            self.refusals.append(f"{way}: 429")
            return {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "busy"}}
        if any(key == name for key, _ in self.documents.get(way, [])):
            return {"status": 409, "error": {"type": "version_conflict_engine_exception", "reason": "it exists"}}
        self.keep(way, name, text)
        return {"status": 201}

    def collector(self, url, kind, body):
        """Events are what LINE_BREAKER leaves."""
        if url.path in self.busy:
            self.busy.remove(url.path)
            raise Refused(503, "Server is busy")
        if parse_qs(url.query) != {"sourcetype": ["vedette:alert"], "source": ["vedette"]}:
            raise Refused(400, url.query)
        for line in filter(None, body.splitlines()):
            self.keep(url.path, None, line)
        return {"text": "Success", "code": 0}


def handler(receiver):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, answer = receiver.take(self.command, self.path, self.headers, body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    return Handler
