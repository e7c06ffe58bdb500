#!/usr/bin/env python3
"""Changes a request log in every way, and shows that npuq and verify.py agree about each change: tamper.py NPUQ DATA WORK.

DATA is a data directory that no server uses; it is copied. Prints a table; exits 1 when one of the two is wrong."""

import random
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import verify

HERE = Path(__file__).parent
SEED = 7

# The example of c2sp.org/signed-note: it has signed nothing here.
OTHER_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


class Log:
    """The entries of a journal with their frames' headers, to be changed and written again with checksums that fit."""

    def __init__(self, data):
        self.frames = []
        self.lives = [size for size, _ in verify.checkpoints_of(verify.notes_of(data / "audit" / "checkpoints"), None) if size]
        for path in sorted((data / "journal").glob("*.log")):
            log, at = path.read_bytes(), 0
            while (frame := verify.frame_at(log, at)) is not None:
                self.frames.append([path.name, log[at : at + 24], frame[3]])
                at += 24 + len(frame[3])

    def rechain(self, start):
        head = verify.hashlib.sha256(self.frames[start - 1][2]).hexdigest() if start else "0" * 64
        for frame in self.frames[start:]:
            frame[2] = frame[2][:-66] + head.encode() + b'"}'
            head = verify.hashlib.sha256(frame[2]).hexdigest()

    def write(self, data):
        journal = data / "journal"
        for path in journal.glob("*.log"):
            path.unlink()
        for name, header, entry in self.frames:
            head = header[8:24]
            crc = verify.crc32c(head + entry)
            with open(journal / name, "ab") as log:
                log.write(struct.pack(">II", len(entry), crc) + head + entry)

    def export(self, file):
        file.write_bytes(b"".join(entry + b"\n" for _, _, entry in self.frames))


def forged(entry):
    return re.sub(rb'"at":"....', b'"at":"1999', entry, count=1)


def edit(log, at):
    log.frames[at][2] = forged(log.frames[at][2])


def delete(log, at):
    del log.frames[at]


def insert(log, at):
    name, header, entry = log.frames[at]
    log.frames.insert(at, [name, header, forged(entry)])


def reorder(log, at):
    log.frames[at][2], log.frames[at + 2][2] = log.frames[at + 2][2], log.frames[at][2]


def cut(log, at):
    del log.frames[at:]


def rewrite(log, at):
    edit(log, at)
    log.rechain(at + 1)


def forget(log, at):
    """The log and its checkpoints, as they were one checkpoint before: only what was kept elsewhere tells."""
    del log.frames[log.lives[-2] :]


def nothing(log, at):
    pass


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return done.returncode, said[-1] if said else ""


def main():
    npuq, source, work = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    dice = random.Random(SEED)
    wrong = 0
    kept = work / "kept"
    kept.write_text(subprocess.run([npuq, "audit", "checkpoint", "--data", source], capture_output=True, text=True, check=True).stdout)
    key = subprocess.run([npuq, "audit", "key", "--data", source], capture_output=True, text=True, check=True).stdout.strip()
    print(f"{'change':<10} {'entry':>5} {'of':<9} {'npuq':<6} {'verify.py':<9} what npuq says")
    for change, given, expected in (
        (nothing, (), 0),
        (nothing, ("--key", key, "--checkpoint", kept), 0),
        (nothing, ("--key", OTHER_KEY), 1),
        (edit, (), 1),
        (delete, (), 1),
        (insert, (), 1),
        (reorder, (), 1),
        (cut, (), 1),
        (rewrite, (), 1),
        (forget, (), 0),
        (forget, ("--checkpoint", kept), 1),
    ):
        data, export = work / "data", work / "export.jsonl"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(source, data)
        log = Log(source)
        at = log.lives[-2] if change is forget else dice.randrange(1, len(log.frames) - 3)
        change(log, at)
        log.write(data)
        log.export(export)
        if change is forget:
            notes = (data / "audit" / "checkpoints").read_bytes()
            (data / "audit" / "checkpoints").write_bytes(b"\n\n".join(notes.split(b"\n\n")[:-3]) + b"\n\n")
        shutil.copy(data / "audit" / "checkpoints", f"{export}.checkpoints")
        for kind, log_args in (("directory", ("--data", data)), ("export", ("--export", export))):
            ours, said = run(npuq, "audit", "verify", *log_args, *given)
            other, _ = run(sys.executable, HERE / "verify.py", *log_args, *given)
            named = f"entry {at + 1} " in said or expected == 0 or change in (nothing, rewrite)
            good = ours == expected and other == expected and named
            wrong += not good
            words = {0: "whole", 1: "broken"}
            print(
                f"{change.__name__:<10} {at + 1:>5} {kind:<9} {words.get(ours, ours):<6} {words.get(other, other):<9} "
                f"{' '.join(str(word) for word in given[::2])} {said.removeprefix('npuq: the request log is broken: ')}"
                f"{'' if good else '   <- WRONG'}"
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
