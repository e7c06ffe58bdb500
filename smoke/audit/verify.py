#!/usr/bin/env python3
"""Verifies npuq's request log, written from docs/audit.md and docs/journal.md alone; shares no code with npuq.

    verify.py --data DIR | --export FILE  [--checkpoint FILE] [--key VKEY]

Prints one line and exits 0 when the log is whole, 1 when it is broken. It names the entry at which the chain stops being one; unlike
`npuq audit verify` it does not look ahead to tell which of two neighbours is the genuine one. A data directory must not be written to meanwhile.
"""

import argparse
import base64
import binascii
import hashlib
import re
import struct
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

DASH = "\u2014 "
LINE = re.compile(rb'\{"seq":([1-9][0-9]*),.*,"prev":"([0-9a-f]{64})"\}', re.DOTALL)


class Broken(Exception):
    """What is broken first."""


def crc32c_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


CRC_TABLE = crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def frame_at(log, at):
    """Batch, index, count and entry of the whole frame there; None when there is none."""
    if at + 24 > len(log):
        return None
    length, crc, batch, index, count = struct.unpack_from(">IIIHH", log, at)
    if not 0 < length <= 65535 or index >= count or at + 24 + length > len(log):
        return None
    if crc32c(log[at + 8 : at + 24 + length]) != crc:
        return None
    return batch, index, count, log[at + 24 : at + 24 + length]


def entries_of_directory(data):
    """Where each entry is, and its bytes. Ends where frames do; what follows an end that is none shows by numbers and checkpoints."""
    logs = sorted((data / "journal").glob("*.log"))
    for number, path in enumerate(logs, 1):
        if int(path.stem) != number:
            raise Broken(f"segment {number} is missing")
        log, at = path.read_bytes(), 0
        while (frame := frame_at(log, at)) is not None:
            yield f"{path.name}, byte {at}", frame[3]
            at += 24 + len(frame[3])
        rest = log[at:]
        if rest.strip(b"\0") and (number < len(logs) or followed(log, at)):
            yield f"{path.name}, byte {at}", b""


def followed(log, at):
    """Whether a whole frame follows that is not of the unfinished batch: only the last batch can be a torn write."""
    frames = [frame_at(log, i) for i in range(at + 1, len(log) - 24) if log[i + 2 : i + 4] != b"\0\0"]
    batches = {frame[0] for frame in frames if frame}
    return len(batches) > 1 or any(index == 0 for index in (frame[1] for frame in frames if frame))


def entries_of_export(path):
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            yield f"line {number}", line.removesuffix(b"\n")


class Key:
    """A verifier key: NAME+ID+BASE64 of the type, 1, and 32 bytes."""

    def __init__(self, vkey):
        self.name, key_id, typed = vkey.split("+", 2)
        raw = base64.b64decode(typed, validate=True)
        self.id = bytes.fromhex(key_id)
        hashed = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()
        if len(raw) != 33 or raw[0] != 1 or hashed[:4] != self.id:
            raise ValueError("this is no Ed25519 verifier key")
        self.public = Ed25519PublicKey.from_public_bytes(raw[1:])

    def signed(self, text, signatures):
        """Whether it signed; Broken when what says so is not true."""
        for line in signatures:
            name, typed = line.removeprefix(DASH).split(" ")
            raw = base64.b64decode(typed, validate=True)
            if name == self.name and raw[:4] == self.id:
                try:
                    self.public.verify(raw[4:], text.encode())
                    return True
                except InvalidSignature:
                    raise Broken(f"a note is not what the key {self.id.hex()} signed: {text.splitlines()[:2]}") from None
        return False


def notes_of(path, written_by_hand=False):
    """Text and signature lines of each note of a file; one that was not written to its end is left out."""
    if not path.exists() and not written_by_hand:
        return
    notes = path.read_bytes()
    parts = (notes.rstrip() + b"\n\n" if written_by_hand else notes).split(b"\n\n")
    for at in range(0, len(parts) - 2, 2):
        text, signatures = parts[at].decode(), parts[at + 1].decode().split("\n")
        if text.startswith(DASH) or not all(line.startswith(DASH) for line in signatures):
            raise Broken(f"note {at // 2 + 1} of {path.name} is not one that was written")
        yield text + "\n", signatures


def checkpoints_of(notes, key):
    """(entries, hash) of each checkpoint that counts. Without a given key, the log's keys are taken at their own word."""
    keys = [key] if key else []
    for text, signatures in notes:
        lines = text.splitlines()
        named = Key(lines[1].removeprefix("key ")) if lines[1].startswith("key ") else None
        if named and not key and named.signed(text, signatures):
            keys.append(named)
        if not any([known.signed(text, signatures) for known in keys]):
            if key:
                continue
            raise Broken(f"a note is signed by no key that a note before names: {lines[:2]}")
        if named:
            keys.append(named)
        else:
            yield int(lines[1]), base64.b64decode(lines[2], validate=True).hex()


def verify(entries, checkpoints):
    """How many entries there are, of which the last were proven by a checkpoint."""
    said = {}
    for size, head in checkpoints:
        if said.setdefault(size, head) != head:
            raise Broken(f"two checkpoints say of entry {size} that it has different hashes")
    number, head, proven = 0, "0" * 64, 0
    for where, entry in entries:
        line = LINE.fullmatch(entry)
        if line is None or int(line[1]) != number + 1 or line[2].decode() != head:
            raise Broken(f"entry {number + 1} ({where}) does not follow from the entry before")
        number, head = number + 1, hashlib.sha256(entry).hexdigest()
        if number in said:
            if said[number] != head:
                raise Broken(f"one of the entries {proven + 1} to {number} is not what was written: a checkpoint says so")
            proven = number
    if max(said, default=0) > number:
        raise Broken(f"entry {number + 1} and those behind it are missing: a checkpoint knows of {max(said)}")
    return number, proven


def main():
    parser = argparse.ArgumentParser()
    log = parser.add_mutually_exclusive_group(required=True)
    log.add_argument("--data", type=Path)
    log.add_argument("--export", type=Path)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--key", type=Key)
    given = parser.parse_args()
    try:
        if given.data:
            entries, notes = entries_of_directory(given.data), given.data / "audit" / "checkpoints"
        else:
            entries, notes = entries_of_export(given.export), Path(f"{given.export}.checkpoints")
        checkpoints = list(checkpoints_of(notes_of(notes), given.key))
        if given.key and not checkpoints:
            raise Broken("no checkpoint is signed by the key that was given")
        if given.checkpoint:
            # Whoever kept it believes it, whatever key signed it.
            kept = [text.splitlines() for text, _ in notes_of(given.checkpoint, written_by_hand=True)]
            checkpoints += [(int(lines[1]), base64.b64decode(lines[2], validate=True).hex()) for lines in kept]
        number, proven = verify(entries, checkpoints)
    except (Broken, ValueError, binascii.Error) as e:
        print(f"broken: {e}")
        return 1
    print(f"ok: {number} entries, {proven} proven by checkpoints")
    return 0


if __name__ == "__main__":
    sys.exit(main())
