"""What POST /v1/chat/completions costs beyond the engine, and how busy eight clients at once keep it.

Argument: the address of a running npuq; then, if wanted, calls of one client (100), calls of each of the eight (25), calls before that are not
counted, for JVMs compile as they go (300), and tokens of an answer (16). The engine's own time is timing_ms.generate of each job's evidence; what is
beyond it is told apart by timing_ms and by npuq_commit_seconds: there are two commits a call. Prints medians and a share, and how the machine was
loaded.
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
alone, each, before, tokens = [int(given) for given in sys.argv[2:]] + [100, 25, 300, 16][len(sys.argv) - 2 :]
CLIENTS = 8
BODY = json.dumps({"messages": [{"role": "user", "content": "Name three colours."}], "max_tokens": tokens, "seed": 1})


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


def timing(connection, job):
    connection.request("GET", f"/v1/jobs/{job}")
    return json.load(connection.getresponse())["evidence"]["timing_ms"]


def commits(connection):
    """Seconds that commits took so far, and how many there were."""
    connection.request("GET", "/metrics")
    lines = connection.getresponse().read().decode().splitlines()
    return [float(line.split()[-1]) for name in ("sum", "count") for line in lines if line.startswith(f"npuq_commit_seconds_{name}")]


def client(calls, jobs):
    connection = http.client.HTTPConnection(address)
    jobs.extend(call(connection) for _ in range(calls))


one = http.client.HTTPConnection(address)
for _ in range(before):
    call(one)
committed = commits(one)
walls = [call(one) for _ in range(alone)]
spent, count = (now - then for now, then in zip(commits(one), committed))
timings = [(took, timing(one, job)) for job, took in walls]
beyond = sorted(took - of["generate"] for took, of in timings)
attempt = statistics.median(of["total"] - of["queue_wait"] - of["generate"] for _, of in timings)
wait = statistics.median(of["queue_wait"] for _, of in timings)
print(f"one client, {alone} calls behind {before}: {statistics.median(beyond):.2f} ms beyond the engine at the median, "
      f"{beyond[int(alone * 0.9)]:.2f} ms at p90; a call took {statistics.median(t for t, _ in timings):.1f} ms")
print(f"  of it in the queue {wait:.2f} ms, in the lane and the pipe {attempt:.2f} ms; {count / alone:.1f} commits of {spent / count * 1e3:.2f} ms at the mean")

jobs = []
threads = [threading.Thread(target=client, args=(each, jobs)) for _ in range(CLIENTS)]
began = time.perf_counter()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
wall = (time.perf_counter() - began) * 1e3
busy = sum(timing(one, job)["generate"] for job, _ in jobs)
print(f"{CLIENTS} clients, {each} calls each: {len(jobs) * 1e3 / wall:.1f} answers a second, "
      f"the engine generated {busy / wall:.3f} of the time; load {os.getloadavg()[0]:.1f}")
