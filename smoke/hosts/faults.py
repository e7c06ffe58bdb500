#!/usr/bin/env python3
"""Several npuq on hosts of their own share one PostgreSQL, and every round something breaks: a host or PostgreSQL is killed (kill -9),
hosts lose the network to PostgreSQL, hang, or come back while their old connections still stand. Clients go on meanwhile, keep books of
their own, and these are held against the store in the end: no acknowledged job lost, none with two final states, no second job for a
key, every run on record.

Hosts are network namespaces on a bridge, so this needs root and ip; PostgreSQL's programs are looked for on the PATH and below
/usr/lib/postgresql. With --skew the clocks of hosts differ by 10 minutes either way, by libfaketime (Debian: apt install
libfaketime), which makes Java ten times as slow. Python's standard library alone.
"""
import argparse
import collections
import contextlib
import ctypes
import glob
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "npu-worker-verticle/src/test/resources/tiny-qwen2"
PORT = 18820
NET = "10.77.0."
DB = NET + "9"
CLONE_NEWNET = 0x40000000
FINAL = ("succeeded", "failed", "cancelled", "expired")
SKEWS = ("-10m", "+10m", None)  # of each host's clock
BACK_S_MAX = 180  # until all hosts serve again; a start on two busy cores takes a while


def sh(*words, **more):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, **more).stdout


class Network:
    """A switch, and hosts on it; the switch alone is reached by nobody else on this machine."""

    def __init__(self, names):
        self.prefix = f"npuq{os.getpid()}-"
        self.switch = self.prefix + "sw"
        self.made = []
        self._make(self.switch)
        sh("ip", "-n", self.switch, "link", "add", "br0", "type", "bridge")
        sh("ip", "-n", self.switch, "link", "set", "br0", "up")
        for number, name in enumerate(names):
            space, port = self.space(name), "v" + name
            self._make(space)
            sh("ip", "link", "add", port, "netns", self.switch, "type", "veth", "peer", "name", "eth0", "netns", space)
            sh("ip", "-n", self.switch, "link", "set", port, "master", "br0", "up")
            address = DB if name == "db" else f"{NET}{10 + number}"
            sh("ip", "-n", space, "addr", "add", address + "/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                sh("ip", "-n", space, "link", "set", device, "up")
        # Two isolated ports of a bridge hear nothing of each other: what is isolated beside PostgreSQL has lost it, without a word.
        sh("ip", "netns", "exec", self.switch, "bridge", "link", "set", "dev", "vdb", "isolated", "on")

    def _make(self, space):
        sh("ip", "netns", "add", space)
        self.made.append(space)

    def space(self, name):
        return self.prefix + name

    def part(self, name, parted):
        sh("ip", "netns", "exec", self.switch, "bridge", "link", "set", "dev", "v" + name, "isolated", "on" if parted else "off")

    def deaf(self, name, number, deaf):
        """PostgreSQL hears the host, which hears nothing of it."""
        sh("ip", "-n", self.space("db"), "route", "add" if deaf else "del", "blackhole", f"{NET}{10 + number}/32")

    def close(self):
        for space in reversed(self.made):
            subprocess.run(["ip", "netns", "del", space], check=False)


class Postgres:
    def __init__(self, network, work, programs):
        self.network, self.programs = network, programs
        self.data, self.log = work / "pg", open(work / "postgres.log", "ab")
        self.data.mkdir()
        # It refuses to run as root.
        shutil.chown(self.data, "nobody")
        self.alone = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        sh(*self.alone, programs / "initdb", "-D", self.data, "-U", "npuq", "-A", "trust", "-E", "UTF8", "--locale=C")
        (self.data / "pg_hba.conf").write_text(f"local all all trust\nhost all all {NET}0/24 trust\n")
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.network.space("db"), *self.alone, str(self.programs / "postgres"), "-D", str(self.data),
             "-c", "listen_addresses=*", "-c", f"unix_socket_directories={self.data}"], stdout=self.log, stderr=self.log)
        while subprocess.run([str(self.programs / "pg_isready"), "-q", "-h", str(self.data)], check=False).returncode:
            if self.process.poll() is not None:
                sys.exit("PostgreSQL ended; see postgres.log")
            time.sleep(0.1)

    def kill(self):
        """All of it at once, as a machine that stops does."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in [self.process.pid, *map(int, children)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def rows(self, query):
        out = sh(self.programs / "psql", "-h", self.data, "-U", "npuq", "-d", "postgres", "-At", "-F", "\t", "-c", query)
        return [line.split("\t") for line in out.splitlines()]


class Host:
    """One npuq, on its own loopback address, which is reached from here all the same."""

    def __init__(self, network, number, work, fake):
        self.network, self.number, self.fake = network, number, fake
        self.skew = SKEWS[number] if fake else None
        # Under libfaketime an engine's process does not come up: there, the engine in npuq's own process works.
        self.device = "BUILTIN" if self.skew else "CPU"
        self.name = f"h{number}"
        self.data, self.log = work / self.name, open(work / f"{self.name}.log", "ab")

    def start(self):
        environment = dict(os.environ)
        if self.skew:
            environment |= {"LD_PRELOAD": self.fake, "FAKETIME": self.skew, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.network.space(self.name), str(ROOT / "npuq"), "serve", "--device", self.device,
             *(["--fallback-device", "NONE", "--model", str(MODEL)] if self.device == "CPU" else []),
             "--data", str(self.data), "--port", str(PORT), "--store", f"postgresql://npuq@{DB}/postgres", "--store-host-name", self.name],
            stdout=self.log, stderr=self.log, env=environment, start_new_session=True)

    def signal(self, what):
        os.killpg(self.process.pid, what)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.process.wait()

    def await_health(self, until):
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                status, queue = self.call("GET", "/v1/queue", seconds=5)
                if status == 200:
                    return queue
            if self.process.poll() is not None:
                sys.exit(f"{self.name} ended; see {self.name}.log")
            if time.monotonic() > until:
                sys.exit(f"{self.name} does not serve {BACK_S_MAX} s after all was well again; see {self.name}.log")
            time.sleep(0.2)

    def call(self, method, path, body=None, key=None, seconds=20):
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        with within(self.network.space(self.name)):
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=seconds)
            connection.connect()
        with contextlib.closing(connection):
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")


@contextlib.contextmanager
def within(space):
    """This thread in that network: what is connected here stays there."""
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(path):
        fd = os.open(path, os.O_RDONLY)
        try:
            if libc.setns(fd, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        finally:
            os.close(fd)

    home = os.open(f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY)
    enter(f"/var/run/netns/{space}")
    try:
        yield
    finally:
        libc.setns(home, CLONE_NEWNET)
        os.close(home)


class Client(threading.Thread):
    """Submits with keys, asks again elsewhere when no clear answer comes, cancels some, looks at others, and writes down what it is told."""

    def __init__(self, name, hosts, seed):
        super().__init__(daemon=True)
        self.name, self.hosts, self.dice = name, hosts, random.Random(seed)
        self.over = threading.Event()
        self.acknowledged = collections.defaultdict(set)  # by key: one job, or something is wrong
        self.seen = collections.defaultdict(set)  # by job: final states
        self.answers = collections.Counter()
        self.wrong = []

    def run(self):
        try:
            number = 0
            while not self.over.wait(self.dice.uniform(0.1, 0.6)):
                number += 1
                self.submit(f"{self.name}-{number}", number)
                if self.acknowledged and self.dice.random() < 0.5:
                    self.look()
        except Exception as e:
            self.wrong.append(f"{self.name} ended: {e!r}")

    def ask(self, *call, **more):
        try:
            status, answer = self.dice.choice(self.hosts).call(*call, **more)
        except (OSError, http.client.HTTPException, ValueError) as e:
            status, answer = type(e).__name__, None
        self.answers[status] += 1
        if status in (500, 502):
            self.wrong.append(f"{call[0]} {call[1]}: {status} {answer}")
        return status, answer

    def submit(self, key, number):
        body = {"kind": "summary", "input": f"Text {number} of {self.name}: the mail server in Osaka is slow since noon.",
                "max_new_tokens": self.dice.choice((4, 32, 128)), "priority": self.dice.randrange(10)}
        while not self.over.is_set():
            status, job = self.ask("POST", "/v1/jobs", body, key)
            if status == 202:
                self.acknowledged[key].add(job["id"])
                if self.dice.random() < 0.9:
                    return  # else once more, as a client does that lost the answer
            self.over.wait(self.dice.uniform(0.05, 0.5))

    def look(self):
        recent = list(self.acknowledged)[-20:]
        job = next(iter(self.acknowledged[self.dice.choice(recent)]))
        if self.dice.random() < 0.2:
            self.ask("POST", f"/v1/jobs/{job}/cancel", {})
        status, answer = self.ask("GET", f"/v1/jobs/{job}?wait_ms={self.dice.choice((0, 500, 2000))}")
        if status == 404:
            self.wrong.append(f"{job} was acknowledged, and is not known")
        elif status == 200 and answer["state"] in FINAL:
            self.seen[job].add(answer["state"])


class Rounds:
    """What breaks, and how it is mended."""

    def __init__(self, network, postgres, hosts, dice):
        self.network, self.postgres, self.hosts, self.dice = network, postgres, hosts, dice
        self.counts = collections.Counter()
        self.faults = {
            "host killed": self.host_killed,
            "PostgreSQL killed": self.postgres_killed,
            "no network": self.no_network,
            "answers lost": self.answers_lost,
            "host killed without network": self.half_open,
            "host hung": self.host_hung,
            "PostgreSQL killed, host without network": self.both,
        }

    def next(self):
        name = self.dice.choice(list(self.faults))
        self.counts[name] += 1
        self.faults[name](self.dice.choice(self.hosts))
        until = time.monotonic() + BACK_S_MAX
        for host in self.hosts:
            host.await_health(until)
        return name

    def wait(self, most):
        time.sleep(self.dice.uniform(0, most))

    def host_killed(self, host):
        host.kill()
        self.wait(8)
        host.start()

    def postgres_killed(self, _):
        self.postgres.kill()
        self.wait(6)
        self.postgres.start()

    def no_network(self, host):
        self.network.part(host.name, True)
        self.wait(10)
        self.network.part(host.name, False)

    def answers_lost(self, host):
        self.network.deaf(host.name, host.number, True)
        self.wait(10)
        self.network.deaf(host.name, host.number, False)

    def half_open(self, host):
        self.network.part(host.name, True)
        self.wait(2)
        host.kill()
        self.wait(4)
        self.network.part(host.name, False)
        host.start()

    def host_hung(self, host):
        host.signal(signal.SIGSTOP)
        self.wait(8)
        host.signal(signal.SIGCONT)

    def both(self, host):
        self.network.part(host.name, True)
        self.postgres.kill()
        self.wait(3)
        self.postgres.start()
        self.wait(3)
        self.network.part(host.name, False)


def check(postgres, hosts, clients):
    """Holds the clients' books against the store; answers what is wrong."""
    wrong = [fault for client in clients for fault in client.wrong]
    until = time.monotonic() + 300
    while postgres.rows("SELECT count(*) FROM jobs WHERE finished_at IS NULL") != [["0"]]:
        if time.monotonic() > until:
            wrong.append("jobs wait still: " + str(postgres.rows("SELECT state, count(*) FROM jobs GROUP BY state")))
            break
        time.sleep(0.5)
    keys, acknowledged = 0, set()
    for client in clients:
        for key, jobs in client.acknowledged.items():
            keys += 1
            acknowledged |= jobs
            if len(jobs) != 1:
                wrong.append(f"key {key} made {sorted(jobs)}")
    lost = 0
    for job in acknowledged:
        status, answer = hosts[0].call("GET", f"/v1/jobs/{job}")
        seen = set().union(*(client.seen.get(job, set()) for client in clients))
        if status != 200 or answer["state"] not in FINAL:
            lost += 1
            wrong.append(f"{job} was acknowledged, and is {status} {answer}")
        elif not seen <= {answer["state"]}:
            wrong.append(f"{job} was seen {sorted(seen)}, and is {answer['state']}")
    change = "(line::json #>> '{change,type}')"
    [[submitted, submitted_twice, ended_twice]] = postgres.rows(
        f"SELECT count(*), count(*) FILTER (WHERE s <> 1), count(*) FILTER (WHERE e <> 1) FROM (SELECT count(*) FILTER (WHERE {change} = 'submit') s,"
        f" count(*) FILTER (WHERE {change} = 'end') e FROM log WHERE job IS NOT NULL GROUP BY job) j")
    [[runs, again, unrecorded]] = postgres.rows(
        f"SELECT count(*), count(*) FILTER (WHERE n > 1), count(*) FILTER (WHERE n <> different) FROM (SELECT job, count(*) n,"
        f" count(DISTINCT line::json #>> '{{change,attempt}}') different FROM log WHERE {change} = 'start' GROUP BY job) j")
    [[more_keys]] = postgres.rows("SELECT (SELECT count(*) FROM jobs) - (SELECT count(DISTINCT job) FROM keys)")
    states = postgres.rows("SELECT state, count(*) FROM jobs GROUP BY state ORDER BY state")
    for name, count in (("not submitted once", submitted_twice), ("not ended once", ended_twice),
                        ("with two runs of one attempt", unrecorded), ("without a key", more_keys)):
        if count != "0":
            wrong.append(f"{count} jobs {name}")
    answers = sum((client.answers for client in clients), collections.Counter())
    print(f"answers       {dict(sorted(answers.items(), key=lambda item: str(item[0])))}")
    print(f"jobs          {submitted}: {', '.join(f'{count} {state}' for state, count in states)}; {runs} ran, {again} of them more than once")
    print(f"acknowledged  {len(acknowledged)} for {keys} keys, lost {lost}, ended twice {ended_twice}, second job for a key {len(acknowledged) - keys}")
    return wrong


def programs():
    for place in (shutil.which("postgres"), *sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"), reverse=True)):
        if place:
            return pathlib.Path(place).resolve().parent
    sys.exit("no PostgreSQL found: install it (Debian: apt install postgresql), it need not run")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--skew", action="store_true")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a new directory for data and logs")
    args = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("network namespaces need root")
    fake = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None) if args.skew else None
    if args.skew and not fake:
        sys.exit("--skew needs libfaketime")
    args.work.mkdir(parents=True)
    args.work.chmod(0o755)
    work = args.work.resolve()
    sh(ROOT / "npuq", "--version")  # builds it, if need be, before three want to
    print(f"seed {args.seed}, clocks of hosts {' '.join(skew or 'true' for skew in SKEWS) if fake else 'all true'}", flush=True)
    network = Network([*(f"h{number}" for number in range(len(SKEWS))), "db"])
    hosts, clients = [], []
    began = time.monotonic()
    try:
        postgres = Postgres(network, work, programs())
        hosts = [Host(network, number, work, fake) for number in range(len(SKEWS))]
        for host in hosts:
            host.start()
        for host in hosts:
            host.await_health(time.monotonic() + 5 * BACK_S_MAX)
        dice = random.Random(args.seed)
        clients = [Client(f"c{number}", hosts, dice.random()) for number in range(3)]
        for client in clients:
            client.start()
        rounds = Rounds(network, postgres, hosts, dice)
        for number in range(1, args.rounds + 1):
            before = time.monotonic()
            name = rounds.next()
            print(f"round {number}: {name}, {time.monotonic() - before:.1f} s", flush=True)
        for client in clients:
            client.over.set()
        for client in clients:
            client.join()
        wrong = check(postgres, hosts, clients)
        print(f"rounds        {args.rounds} in {time.monotonic() - began:.0f} s: {dict(rounds.counts)}")
        print("ok" if not wrong else "WRONG:\n  " + "\n  ".join(wrong))
        sys.exit(1 if wrong else 0)
    finally:
        for host in hosts:
            with contextlib.suppress(AttributeError, ProcessLookupError):
                host.kill()
        with contextlib.suppress(NameError, ProcessLookupError):
            postgres.kill()
        network.close()


if __name__ == "__main__":
    main()
