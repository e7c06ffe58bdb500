# What "npuq batch" wrote, as a table: jq -rs -f results.jq results.jsonl
(["document", "state", "characters", "jobs", "answer or error"],
 (sort_by(.document)[]
  | [.document, .state, .chars // "-", (.parts | length), (.text // .error.code | gsub("\\s+"; " ") | .[:80])]),
 ["total", "\(map(select(.state == "succeeded")) | length) of \(length)", (map(.chars // 0) | add // 0),
  (map(.parts | length) | add // 0), ([.[].parts[].verdict] | group_by(.) | map("\(.[0]) \(length)") | join(", "))])
| @tsv
