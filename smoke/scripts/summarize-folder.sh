#!/usr/bin/env bash
# Summarizes the texts of a folder, of each at most its first 6000 characters, with curl and jq alone: name, tab, summary.
# "npuq batch" does the same for texts of any length, and goes on after a break. NPUQ_URL names the server.
set -euo pipefail
folder=${1:?usage: summarize-folder.sh FOLDER}
url=${NPUQ_URL:-http://127.0.0.1:18820}

# A text makes one job, however often this is run: its hash is the idempotency key.
submit() {
  jq -Rs '{kind: "summary", priority: 7, input: .[:6000]}' "$1" |
    curl -sS --fail-with-body "$url/v1/jobs" -H 'Content-Type: application/json' \
      -H "Idempotency-Key: folder-$(sha256sum <"$1" | cut -d ' ' -f 1)" --data-binary @- |
    jq -r .id
}

# Asks again as long as the job is not over: an answer comes after a minute at the latest.
answer() {
  local job
  while job=$(curl -sS --fail-with-body "$url/v1/jobs/$1?wait_ms=60000"); do
    case $(jq -r .state <<<"$job") in
      queued | running) ;;
      *) jq -r '.result.text // "\(.state): \(.error.message)" | gsub("\\s+"; " ")' <<<"$job"; return ;;
    esac
  done
  return 1
}

declare -A ids
while IFS= read -r -d '' file; do
  ids[$file]=$(submit "$file")
done < <(find "$folder" -type f -not -name '.*' -size +0 -print0 | sort -z)
for file in "${!ids[@]}"; do
  printf '%s\t%s\n' "$file" "$(answer "${ids[$file]}")"
done | sort
