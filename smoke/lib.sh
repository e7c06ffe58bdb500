# Shared by the run scripts of smoke/; source it. Not a program.

# The Python of a virtual environment with what DIRECTORY/requirements.txt lists, made anew when that list has changed: need_python DIRECTORY
# leaves its path in $python. Lies in DIRECTORY/target.
need_python() {
  local venv=$1/target/venv
  if ! cmp -s "$1/requirements.txt" "$venv/requirements.txt" 2>/dev/null; then
    rm -rf "$venv"
    mkdir -p "$1/target"
    python3 -m venv "$venv"
    "$venv/bin/pip" -q --disable-pip-version-check install -r "$1/requirements.txt"
    cp "$1/requirements.txt" "$venv/requirements.txt"
  fi
  python=$venv/bin/python
}

# A Chromium, and what DIRECTORY/package-lock.json pins, for scripts that work a page: need_browser DIRECTORY leaves its path in $browser, and copies
# DIRECTORY's modules beside what npm installs, into DIRECTORY/target.
need_browser() {
  browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
  [ -n "$browser" ] || { echo "$0 needs Chromium: apt install chromium, or set CHROMIUM to one" >&2; exit 2; }
  mkdir -p "$1/target"
  cp "$1"/*.mjs "$1"/package*.json "$1/target/"
  (cd "$1/target" && npm ci --silent --no-audit --no-fund --ignore-scripts)
}

# Waits until LOG, which the process PID writes, has a line of PATTERN, a sed expression with one group, and leaves what the group
# matched in $said: await LOG PID PATTERN. Ends the script, with the log, when the process ends first or nothing was said in 15 minutes.
await() {
  for _ in $(seq 9000); do
    said=$(sed -n "s|.*$3.*|\1|p" "$1" | head -n 1)
    [ -z "$said" ] || return 0
    kill -0 "$2" 2>/dev/null || break
    sleep 0.1
  done
  echo "$0: no \"$3\" in $1:" >&2
  cat "$1" >&2
  exit 1
}

# Starts npuq on a free port, which is among OPTIONS, and waits until it serves: serve LOG OPTIONS… leaves its address in $url and its
# process in $server. Each script stops what it started.
serve() {
  local log=$1
  shift
  "$root/npuq" serve --port 0 "$@" >"$log" 2>&1 &
  server=$!
  await "$log" "$server" 'serving at \(http[^ ]*\)'
  url=$said
}

# Ends the server that serve started, if any, and waits until it has.
stop_server() {
  [ -z "${server:-}" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
  server=
}
