#!/usr/bin/env python3
"""Changes a request log in every way, and shows that npuq and verify.py find each change: tamper.py NPUQ DATA WORK.

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


class Log:
    """The entries of a journal with their frames' headers, to be changed and written again with checksums that fit."""

    def __init__(self, journal):
        self.frames = []
        for path in sorted(journal.glob("*.log")):
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
    print(f"{'change':<10} {'entry':>5} {'of':<9} {'npuq':<6} {'verify.py':<9} what npuq says")
    for change in (nothing, edit, delete, insert, reorder, cut, rewrite):
        data, export = work / "data", work / "export.jsonl"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(source, data)
        log = Log(source / "journal")
        at = dice.randrange(1, len(log.frames) - 3)
        change(log, at)
        log.write(data)
        log.export(export)
        shutil.copy(data / "audit" / "checkpoints", f"{export}.checkpoints")
        expected = 0 if change is nothing else 1
        for kind, args in (("directory", ("--data", data)), ("export", ("--export", export))):
            ours, said = run(npuq, "audit", "verify", *args)
            other, _ = run(sys.executable, HERE / "verify.py", *args)
            named = f"entry {at + 1} " in said or change in (nothing, rewrite)
            good = ours == expected and other == expected and named
            wrong += not good
            words = {0: "whole", 1: "broken"}
            print(
                f"{change.__name__:<10} {at + 1:>5} {kind:<9} {words.get(ours, ours):<6} {words.get(other, other):<9} "
                f"{said.removeprefix('npuq: the request log is broken: ')}{'' if good else '   <- WRONG'}"
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
