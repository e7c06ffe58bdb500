"""What POST /v1/chat/completions costs beyond the engine, and how busy eight clients at once keep it.

Argument: the address of a running npuq; then, if wanted, calls of one client (100) and calls of each of the eight (25). The engine's own time is
timing_ms.generate of each job's evidence. Prints medians and a share, and how the machine was loaded.
"""

import http.client
import json
import os
import statistics
import sys
import threading
import time
from urllib.parse import urlsplit

address = urlsplit(sys.argv[1]).netloc
alone = int(sys.argv[2]) if len(sys.argv) > 2 else 100
each = int(sys.argv[3]) if len(sys.argv) > 3 else 25
CLIENTS = 8
BODY = json.dumps({"messages": [{"role": "user", "content": "Name three colours."}], "max_tokens": 16, "seed": 1})


def call(connection):
    """The id of the job, and the milliseconds until its answer was read."""
    began = time.perf_counter()
    connection.request("POST", "/v1/chat/completions", BODY, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    took = (time.perf_counter() - began) * 1e3
    if answer.status != 200:
        raise SystemExit(f"answered {answer.status}")
    return answer.headers["X-Npuq-Job-Id"], took


def generate_ms(connection, job):
    connection.request("GET", f"/v1/jobs/{job}")
    return json.load(connection.getresponse())["evidence"]["timing_ms"]["generate"]


def client(calls, jobs):
    connection = http.client.HTTPConnection(address)
    jobs.extend(call(connection) for _ in range(calls))


one = http.client.HTTPConnection(address)
for _ in range(10):
    call(one)
walls = [call(one) for _ in range(alone)]
beyond = [took - generate_ms(one, job) for job, took in walls]
print(f"one client, {alone} calls: {statistics.median(beyond):.2f} ms beyond the engine at the median, "
      f"{sorted(beyond)[int(alone * 0.9)]:.2f} ms at p90; a call took {statistics.median(t for _, t in walls):.1f} ms")

jobs = []
threads = [threading.Thread(target=client, args=(each, jobs)) for _ in range(CLIENTS)]
began = time.perf_counter()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
wall = (time.perf_counter() - began) * 1e3
busy = sum(generate_ms(one, job) for job, _ in jobs)
print(f"{CLIENTS} clients, {each} calls each: {len(jobs) * 1e3 / wall:.1f} answers a second, "
      f"the engine generated {busy / wall:.3f} of the time; load {os.getloadavg()[0]:.1f}")
