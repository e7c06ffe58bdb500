# What was tried and what came out, a line each, told as it happens and as a table in the end. Read by run.
# shellcheck shell=bash

failed=0
passed=0
not_done=0
table=()

# check CLAIM COMMAND...: holds when the command succeeds. What it prints is kept, and shown when it fails; its last line is told when it
# begins with "= ".
check() {
  local claim=$1 log="$work/check.log" began=$SECONDS figure
  shift
  if ("$@") >"$log" 2>&1; then
    figure=$(sed -n '$s/^= //p' "$log")
    passed=$((passed + 1))
    line "ok" "$claim${figure:+: $figure} ($((SECONDS - began)) s)"
  else
    failed=$((failed + 1))
    line "FAILED" "$claim"
    tail -n 40 "$log" | sed 's/^/        /'
  fi
}

# cannot CLAIM REASON: says what was not tried here.
cannot() {
  not_done=$((not_done + 1))
  line "not done" "$1: $2"
}

line() {
  local text
  text=$(printf '%-9s %s' "$1" "$2")
  echo "$text"
  table+=("$text")
}

report() {
  echo
  echo "Packages of npuq ${version:-} on $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)${quick:+ (--quick)}:"
  printf '%s\n' "${table[@]}"
  echo
  [ "$not_done" -eq 0 ] || echo "$not_done of the claims could not be tried here"
  echo "$passed passed, $failed failed"
}

# wait_for SECONDS COMMAND...
wait_for() {
  local seconds=$1
  shift
  for _ in $(seq "$seconds"); do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 1
  done
  echo "after $seconds s still not: $*"
  return 1
}
