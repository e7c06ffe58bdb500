"""The openai packages, with their default retries, before a queue that moves only after 90 s, over connections that break. Arguments: npuq's
address, and the directory where Node finds its packages ("" without Node). Each call carries an Idempotency-Key: it must make one job, however
often the client sends it, and hear from the server while it waits.

The server's first sign of life comes after 15 s, and with it the head of the answer. A connection that breaks before is tried again by both
packages; one that breaks behind it only by Python's, and in a stream by neither: there the program itself calls again, with the same key."""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import openai
from checks import Checks, raises

WAIT_S = 90
BEFORE_HEAD_S = 8
BEHIND_HEAD_S = 20
CUTS = 2  # as often as the packages send a request again by default
url, node_dir = sys.argv[1].rstrip("/"), sys.argv[2]
host, port = url.removeprefix("http://").split(":")
checks = Checks("deep queue")


class Relay:
    """Passes connections on to the server; the first of them are cut while they wait. Counts what came back of each."""

    def __init__(self, cut_after_s):
        self.cut_after_s = cut_after_s
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.heard = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            number = len(self.heard)
            self.heard.append([])
            server = socket.create_connection((host, int(port)))
            threading.Thread(target=self.pipe, args=(client, server), daemon=True).start()
            threading.Thread(target=self.pipe, args=(server, client, self.heard[number]), daemon=True).start()
            if number < CUTS:
                threading.Timer(self.cut_after_s, lambda pair=(client, server): self.cut(*pair)).start()

    @staticmethod
    def cut(*sockets):
        for end in sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended by itself

    def pipe(self, source, target, heard=None):
        try:
            while data := source.recv(65536):
                if heard is not None:
                    heard.append((time.monotonic(), data))
                target.sendall(data)
        except OSError:
            pass  # cut
        self.cut(source, target)


def ask(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def jobs_of(marker):
    jobs = ask("/v1/jobs?limit=200")["data"]
    return [job["id"] for job in jobs if job["metadata"].get("marker") == marker]


def python_call(relay, marker, stream=False):
    client = openai.OpenAI(base_url=relay.url + "/v1", api_key="none")
    answer = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "Say hello."}], max_tokens=8, stream=stream,
        metadata={"marker": marker}, extra_headers={"Idempotency-Key": marker},
    )
    return "".join(c.choices[0].delta.content or "" for c in answer) if stream else answer.choices[0].message.content


def python_stream(relay, marker):
    for _ in range(CUTS):
        raises(openai.APIConnectionError, lambda: python_call(relay, marker, stream=True))
    return python_call(relay, marker, stream=True)


def node_call(relay, marker):
    script = pathlib.Path(node_dir, "deep_queue_call.mjs")
    script.write_text("""import OpenAI from 'openai'
const [url, model, marker] = process.argv.slice(2)
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none' })
const answer = await client.chat.completions.create(
  { model, messages: [{ role: 'user', content: 'Say hello.' }], max_tokens: 8, metadata: { marker } },
  { headers: { 'Idempotency-Key': marker } })
console.log(answer.choices[0].message.content)
""")
    ran = subprocess.run(["node", script, relay.url, model, marker], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def waits(call, cut_after_s):
    relay, marker = Relay(cut_after_s), f"deep-{time.time_ns()}"
    ask("/v1/queue/pause", {})
    threading.Timer(WAIT_S, lambda: ask("/v1/queue/resume", {})).start()
    began = time.monotonic()
    text = call(relay, marker)
    took = time.monotonic() - began
    assert took >= WAIT_S and text, (took, text)
    assert len(relay.heard) == CUTS + 1, f"{len(relay.heard)} connections"
    assert len(jobs_of(marker)) == 1, jobs_of(marker)
    pieces = [at for at, _ in relay.heard[-1]]
    silence = max(b - a for a, b in zip(pieces, pieces[1:]))
    assert silence < 30, f"silent for {silence:.0f} s"
    return f"{len(relay.heard)} connections, one job, answered after {took:.0f} s, never silent for more than {silence:.1f} s"


model = ask("/v1/models")["data"][0]["id"]
checks.check("openai (Python)", lambda: waits(python_call, BEHIND_HEAD_S))
checks.check("openai (Python), streamed", lambda: waits(python_stream, BEHIND_HEAD_S))
if node_dir and shutil.which("node"):
    checks.check("openai (Node)", lambda: waits(node_call, BEFORE_HEAD_S))
checks.end()
