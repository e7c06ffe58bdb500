#!/usr/bin/env python3
"""Summarizes real texts with "npuq batch" while the server is killed (kill -9) twice, and counts: every file exactly once in the
result, no part with two jobs. Python's standard library alone.

Texts are taken from the documentation that is installed here (or from the folders given): 180 short ones, 15 of 1,500 to 6,000
characters, 5 longer ones, no two alike, always the same of the same folders. NPUQ_HOME is the home of npuq to use.
"""
import argparse
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
NPUQ = str(ROOT / "npuq")
SIZES = [(200, 1_000, 180), (1_500, 6_000, 15), (6_001, 12_000, 5)]
NAMES = (".md", ".txt", ".rst", ".adoc")
WORDS = ("README", "NEWS", "AUTHORS", "NOTICE", "LICENSE", "TODO", "changelog")


def texts(folders):
    """(digest, path, text) of every text below the folders."""
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_symlink() or not path.is_file() or path.name.startswith("."):
                continue
            if path.suffix in NAMES or path.name.startswith(WORDS):
                raw = path.read_bytes()
                try:
                    text = raw.decode("utf-8")
                except UnicodeDecodeError:
                    continue
                if "\0" not in text:
                    yield hashlib.sha256(raw).hexdigest(), path, text


def collect(folders, target):
    """Copies the texts to be summarized; answers how many characters they have."""
    target.mkdir(parents=True)
    unlike = {digest: (path, text) for digest, path, text in texts(folders)}
    chars = 0
    for least, most, wanted in SIZES:
        fit = [digest for digest in sorted(unlike) if least <= len(unlike[digest][1]) <= most]
        if len(fit) < wanted:
            sys.exit(f"only {len(fit)} texts of {least} to {most} characters below {', '.join(map(str, folders))}; {wanted} are wanted")
        for digest in fit[:wanted]:
            path, text = unlike[digest]
            chars += len(text)
            (target / f"{path.parent.name}-{path.name}-{digest[:8]}.txt").write_text(text, encoding="utf-8", newline="")
    return chars


class Server:
    def __init__(self, args, work):
        self.args, self.work = args, work
        self.url = f"http://127.0.0.1:{args.port}"

    def start(self):
        log = open(self.work / "server.log", "ab")
        command = [NPUQ, "serve", "--port", str(self.args.port), "--data", str(self.work / "data"), *self.args.serve]
        self.process = subprocess.Popen(command, stdout=log, stderr=log)
        while True:
            if self.process.poll() is not None:
                sys.exit(f"the server ended; see {self.work / 'server.log'}")
            try:
                if self.get("/healthz")["ok"]:
                    return
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.5)

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return json.load(answer)

    def jobs(self):
        page = self.get("/v1/jobs?limit=200")
        yield from page["data"]
        while page["has_more"]:
            page = self.get(f"/v1/jobs?limit=200&after={page['last_id']}")
            yield from page["data"]



def lines(results):
    return results.read_bytes().count(b"\n") if results.exists() else 0


def run(server, work, count, kills):
    """Runs the batch, and kills the server so often meanwhile; answers its exit code and the seconds it took."""
    results = work / "results.jsonl"
    began = time.monotonic()
    with open(work / "batch.log", "ab") as log:
        batch = subprocess.Popen(
            [NPUQ, "batch", str(work / "texts"), "--url", server.url, "--out", str(results),
             "--max-new-tokens", str(server.args.max_new_tokens)], stdout=log, stderr=log)
        for kill in range(1, kills + 1):
            while lines(results) < count * kill // (kills + 1) and batch.poll() is None:
                time.sleep(0.2)
            print(f"kill {kill}: server {server.process.pid}, {lines(results)} documents in the result", flush=True)
            server.kill()
            server.start()
        return batch.wait(), time.monotonic() - began


def check(server, work, count):
    """Counts what came of it; answers what is wrong."""
    wrong = []
    results = [json.loads(line) for line in (work / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    files = sorted(str(path) for path in (work / "texts").iterdir())
    recorded = [part["job"] for line in results for part in line["parts"]]
    jobs = {job["id"]: job for job in server.jobs()}
    verdicts = sorted({part["verdict"] for line in results for part in line["parts"]})
    again = sum(job["attempt"] > 1 for job in jobs.values())
    print(f"files              {len(files)}")
    print(f"lines in result    {len(results)}, {len({line['document'] for line in results})} different documents")
    print(f"succeeded          {sum(line['state'] == 'succeeded' for line in results)}")
    print(f"cut into parts     {sum(len(line['parts']) > 1 for line in results)} documents")
    print(f"jobs on record     {len(recorded)}, {len(set(recorded))} different")
    print(f"jobs at the server {len(jobs)}, {sum(job['state'] == 'succeeded' for job in jobs.values())} succeeded, {again} of them in a second attempt or later")
    print(f"verdicts           {', '.join(map(str, verdicts))}")
    if len(files) != count or sorted(line["document"] for line in results) != files:
        wrong.append("not every file is exactly once in the result")
    if any(line["state"] != "succeeded" for line in results):
        wrong.append("a document failed")
    if len(recorded) != len(set(recorded)) or set(recorded) != set(jobs):
        wrong.append("the jobs at the server are not those on record")
    if any(job["state"] != "succeeded" for job in jobs.values()):
        wrong.append("a job did not succeed")
    return wrong


def main():
    java = pathlib.Path(shutil.which("java") or "/usr/bin/java").resolve().parents[1]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a new directory for texts, data, logs and the result")
    parser.add_argument("--from", dest="folders", nargs="+", default=["/usr/share/doc", str(java / "legal"), str(ROOT / "docs")])
    parser.add_argument("--port", type=int, default=18920)
    parser.add_argument("--max-new-tokens", type=int, default=64)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--serve", nargs=argparse.REMAINDER, default=[], help="options of npuq serve; comes last")
    args = parser.parse_args()
    args.work.mkdir(parents=True)
    work = args.work.resolve()
    chars = collect(args.folders, work / "texts")
    count = sum(wanted for _, _, wanted in SIZES)
    print(f"{count} texts, {chars} characters", flush=True)
    server = Server(args, work)
    server.start()
    try:
        code, seconds = run(server, work, count, args.kills)
        print(f"npuq batch         exit code {code} after {seconds:.0f} s")
        wrong = check(server, work, count) + (["npuq batch failed"] if code else [])
    finally:
        server.stop()
    print("ok" if not wrong else "WRONG: " + "; ".join(wrong))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
