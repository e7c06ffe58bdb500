#!/usr/bin/env python3
"""Prints every answer that the server still has as a line of JSON, newest first; Python's standard library alone.

usage: fetch_results.py [KIND]     NPUQ_URL names the server.
"""
import json
import os
import sys
import urllib.parse
import urllib.request

URL = os.environ.get("NPUQ_URL", "http://127.0.0.1:18820")


def get(path, **query):
    asked = urllib.parse.urlencode({name: value for name, value in query.items() if value})
    with urllib.request.urlopen(f"{URL}{path}?{asked}", timeout=60) as answer:
        return json.load(answer)


def succeeded(kind):
    """Ids of all jobs that have succeeded, a page at a time. Listings leave the answers out."""
    page = get("/v1/jobs", state="succeeded", kind=kind, limit=200)
    while True:
        yield from (job["id"] for job in page["data"])
        if not page["has_more"]:
            return
        page = get("/v1/jobs", state="succeeded", kind=kind, limit=200, after=page["last_id"])


def main():
    for job_id in succeeded(sys.argv[1] if len(sys.argv) > 1 else ""):
        job = get(f"/v1/jobs/{job_id}")
        if job["result"]:  # its time may be over
            evidence = job["evidence"]
            print(json.dumps({
                "id": job["id"], "kind": job["kind"], "text": job["result"]["text"], "json": job["result"]["json"],
                "model": evidence["model"], "device": evidence["device_actual"], "verdict": evidence["verdict"],
                "generate_ms": evidence["timing_ms"]["generate"]}))


if __name__ == "__main__":
    main()
