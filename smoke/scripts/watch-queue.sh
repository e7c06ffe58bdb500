#!/usr/bin/env bash
# Prints a line about the queue every few seconds (5, or as given), with curl and jq; --once prints one. NPUQ_URL names the server.
set -euo pipefail
every=${1:-5}
url=${NPUQ_URL:-http://127.0.0.1:18820}

line() {
  curl -sS --fail-with-body "$url/v1/queue" | jq -r '
    .depth.by_state as $jobs
    | [ now | strftime("%H:%M:%S") ] + [ "queued", "running", "succeeded", "failed" | "\(.) \($jobs[.])" ]
      + [ "oldest waits \((.oldest_wait_ms // 0) / 1000 | floor) s",
          "\((.service_rate_per_second // 0) * 100 | floor / 100) jobs/s" ]
      + (if .paused then ["paused"] else [] end) + (if .draining then ["draining"] else [] end)
    | join("  ")'
}

line
[ "$every" != --once ] || exit 0
while sleep "$every"; do
  line
done
