#!/usr/bin/env python3
"""Holds many connections that wait for one job, half by wait_ms and half by events, then cancels the job and counts the ends.

Arguments: port, connections, process id of the server (for its memory). Wants `ulimit -n` above the connections, here and in the server.
"""
import json
import selectors
import socket
import sys
import time
import urllib.request


def call(port, path, body=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) // 1024


def main():
    port, count, pid = (int(argument) for argument in sys.argv[1:])
    job = call(port, "/v1/jobs", b'{"kind":"title","input":"The mail server is slow","device":"npu"}')["id"]
    print(f"before: {resident_mib(pid)} MiB resident")
    selector = selectors.DefaultSelector()
    began = time.monotonic()
    for i in range(count):
        client = socket.create_connection(("127.0.0.1", port))
        path = f"/v1/jobs/{job}/events" if i % 2 else f"/v1/jobs/{job}?wait_ms=60000"
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        selector.register(client, selectors.EVENT_READ, bytearray())
    connected = time.monotonic()
    print(f"{count} connections after {connected - began:.1f} s")
    queue = call(port, "/v1/queue")
    print(f"waiting: {resident_mib(pid)} MiB resident, {queue['depth']['by_state']['queued']} queued")
    call(port, f"/v1/jobs/{job}/cancel", b"{}")
    cancelled = time.monotonic()
    ended = 0
    while ended < count and time.monotonic() < cancelled + 60:
        for key, _ in selector.select(1):
            piece = key.fileobj.recv(65536)
            key.data.extend(piece)
            if not piece:
                raise SystemExit("the server closed a connection before its answer")
            if b'"state":"cancelled"' in key.data:
                ended += 1
                selector.unregister(key.fileobj)
                key.fileobj.close()
    print(f"{ended} saw the end within {time.monotonic() - cancelled:.2f} s; then {resident_mib(pid)} MiB resident")
    if ended != count:
        raise SystemExit(f"{count - ended} did not")


main()
