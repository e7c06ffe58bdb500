"""What requests are about: things that are there, so that not every id is an unknown one; and bounds, so that none takes long."""

import itertools
import math
import re
import zlib

import requests

LINES = '{"kind":"title","input":"A line."}\n{"kind":"title"}\n'
KEY = re.compile("[!-~]{1,200}")
LATER = {"kind": "title", "input": "Later.", "run_after_ms": 600_000}
LINE = b'{"custom_id":"a","method":"POST","url":"/v1/completions","body":{"prompt":"Hi","max_tokens":2}}\n'
TOKENS_MAX = 8
WAIT_MS_MAX = 50
RELOAD_EVERY = 50
REPORT_EVERY = 20  # each is a process


class World:
    def __init__(self, url):
        self.url = url
        self.session = requests.Session()
        self.numbers = itertools.count()
        self.reloads = itertools.count()
        self.reports = itertools.count()
        models = self.get("/v1/models")["data"]
        self.model = models[0]["id"]
        self.encoder = models[-1]["id"]
        self.ended = [self.ends({"kind": kind, "input": "The mail server is slow."}) for kind in ("title", "summary")]
        self.ended += [self.ends({"kind": "chat", "messages": [{"role": "user", "content": "Hi"}], "max_new_tokens": 4})]
        self.ended += [self.ends({"kind": "embedding", "input": "Hi"})]
        response = self.post("/v1/responses", {"input": "Hi", "max_output_tokens": 4})
        self.responses = [response["id"], self.background()]
        self.file = self.new_file()
        batch = {"input_file_id": self.file, "endpoint": "/v1/completions", "completion_window": "1h"}
        self.batch = self.post("/v1/batches", batch)["id"]

    def get(self, path):
        return self.session.get(self.url + path, timeout=120).json()

    def post(self, path, body):
        answer = self.session.post(self.url + path, json=body, timeout=120)
        answer.raise_for_status()
        return answer.json()

    def ends(self, job):
        made = self.post("/v1/jobs", job)["id"]
        while self.get(f"/v1/jobs/{made}?wait_ms=10000")["finished_at"] is None:
            pass
        return made

    def later(self):
        return self.post("/v1/jobs", LATER)["id"]

    def background(self):
        return self.post("/v1/responses", {"input": "Hi", "max_output_tokens": 2, "background": True})["id"]

    def new_file(self):
        answer = self.session.post(
            self.url + "/v1/files", data={"purpose": "batch"}, files={"file": ("lines.jsonl", LINE)}, timeout=60
        )
        answer.raise_for_status()
        return answer.json()["id"]

    def prepare(self, case):
        """Makes most requests be about what is there, and all of them short."""
        chance = zlib.crc32(repr((case.path, case.path_parameters, case.query, case.body)).encode()) % 100
        if chance < 60:
            self.name(case, chance)
        if "wait_ms" in (case.query or {}) and str(case.query["wait_ms"]).isdigit():
            wait = int(case.query["wait_ms"])
            case.query["wait_ms"] = wait % WAIT_MS_MAX if wait <= 60_000 else wait
        if case.path == "/v1/queue/events" and str((case.query or {}).get("limit", 1)).isdigit():
            limit = int((case.query or {}).get("limit", 1))
            case.query = {**(case.query or {}), "limit": 1 if 0 < limit <= 1000 else limit}
        if case.path == "/v1/reports/latency" and next(self.reports) % REPORT_EVERY:
            case.query = {**(case.query or {}), "since": "yesterday"}
        if case.path == "/v1/jobs/bulk" and isinstance(case.body, str) and case.body:
            case.body = LINES + case.body
        key = (case.headers or {}).get("Idempotency-Key")
        if key and KEY.fullmatch(key) and chance < 90:
            case.headers["Idempotency-Key"] = f"{key[:150]}-{next(self.numbers)}"
        if isinstance(case.body, dict):
            self.shorten(case, case.body, chance)

    def name(self, case, chance):
        """A name in the path that there is."""
        parameters = case.path_parameters or {}
        path = case.path.replace("/v3/", "/v1/")
        if "id" in parameters:
            parameters["id"] = self.thing(case.method, path, chance)
        for name in ("model", "name"):
            if name in parameters:
                parameters[name] = self.model
        if "version" in parameters:
            parameters["version"] = "1"

    def thing(self, method, path, chance):
        if path.startswith("/v1/files/"):
            return self.new_file() if method == "DELETE" else self.file
        if path.startswith("/v1/batches/"):
            return self.batch
        if path.startswith("/v1/responses/"):
            return self.background() if method != "GET" else self.responses[chance % len(self.responses)]
        if method == "GET":
            return self.ended[chance % len(self.ended)]
        return self.later() if chance % 2 else self.ended[0]

    def shorten(self, case, body, chance):
        if isinstance(body.get("model"), str) and body["model"] and chance < 80:
            body["model"] = self.encoder if "embed" in case.path else self.model
        for name in ("max_tokens", "max_completion_tokens", "max_output_tokens", "max_new_tokens"):
            if is_whole(body.get(name)) and TOKENS_MAX < body[name] <= most(case.path, body, name):
                body[name] = TOKENS_MAX
        bound = bounds(case.path)
        if bound and bound not in body:
            body[bound] = TOKENS_MAX
        if case.path in ("/api/chat", "/api/generate"):
            options = body.setdefault("options", {})
            if isinstance(options, dict):
                number = options.setdefault("num_predict", TOKENS_MAX)
                if is_whole(number) and not 0 < number <= TOKENS_MAX:
                    options["num_predict"] = TOKENS_MAX
        if is_zero(body.get("keep_alive")) and chance < 95:
            body["keep_alive"] = 300
        if case.path == "/v1/models/reload" and next(self.reloads) % RELOAD_EVERY:
            if body.get("model") is None:
                body["model"] = "no-such-model"


def bounds(path):
    return {
        "/v1/chat/completions": "max_tokens",
        "/v3/chat/completions": "max_tokens",
        "/v1/responses": "max_output_tokens",
        "/inference": "max_tokens",
    }.get(path)


def most(path, body, name):
    """What is valid, however long it takes: the rest must reach the server as it is."""
    if path == "/inference" or body.get("kind") == "chat":
        return 1024
    return 256 if name == "max_new_tokens" else math.inf


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def is_zero(value):
    return value == 0 or (isinstance(value, str) and value.strip("+-0.nsuµmh") == "" and value != "")
