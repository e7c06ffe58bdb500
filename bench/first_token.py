"""How much later a client has the first token than the engine: streamed POST /v1/chat/completions, one client.

Arguments: the address of a running npuq; then, if wanted, how many calls (200). From the call to the first piece of text, by the client's
clock, less the engine's own time to its first token (timing_ms.time_to_first_token of that job's evidence). Prints the median and p90, and how
the machine was loaded.
"""

import http.client
import json
import os
import statistics
import sys
import time
from urllib.parse import urlsplit

address = urlsplit(sys.argv[1]).netloc
calls = int(sys.argv[2]) if len(sys.argv) > 2 else 200
WARM_UP = 20
BODY = json.dumps({"messages": [{"role": "user", "content": "Name three colours."}], "max_tokens": 8, "seed": 1, "stream": True})


def has_text(line):
    return line.startswith(b"data: {") and json.loads(line[6:])["choices"][0]["delta"].get("content")


def call(connection):
    """The id of the job, and the milliseconds until the first text was read."""
    began = time.perf_counter()
    connection.request("POST", "/v1/chat/completions", BODY, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"answered {answer.status}: {answer.read()[:200]}")
    while not has_text(line := answer.readline()):
        if not line:
            raise SystemExit("the stream ended without a text")
    first = (time.perf_counter() - began) * 1e3
    answer.read()
    return answer.headers["X-Npuq-Job-Id"], first


def engine_first_ms(connection, job):
    connection.request("GET", f"/v1/jobs/{job}?wait_ms=10000")
    return json.load(connection.getresponse())["evidence"]["timing_ms"]["time_to_first_token"]


one = http.client.HTTPConnection(address)
for _ in range(WARM_UP):
    call(one)
later, engine = [], []
for _ in range(calls):
    job, first = call(one)
    own = engine_first_ms(one, job)
    engine.append(own)
    later.append(first - own)
print(f"first token, {calls} calls: {statistics.median(later):.2f} ms later than in the engine at the median, "
      f"{sorted(later)[int(calls * 0.9)]:.2f} ms at p90; in the engine after {statistics.median(engine):.1f} ms; load {os.getloadavg()[0]:.1f}")
