# What installing, upgrading and removing npuq have in common: built into the Debian package's scripts, read by install.sh and uninstall.sh.
# shellcheck shell=sh

config=/etc/npuq/npuq.properties
state=/var/lib/npuq
cache=/var/cache/npuq
restart_mark=/run/npuq-restart-after-upgrade

# What the configuration says of a setting, or the second argument.
setting() {
  value=$(sed -n "s/^[[:space:]]*$1[[:space:]]*[=:][[:space:]]*\(.*[^[:space:]]\)[[:space:]]*$/\1/p" "$config" 2>/dev/null | head -n 1)
  echo "${value:-$2}"
}

data_dir() {
  setting data "$(setting home "$state")/data"
}

# The newest format among the segments of the journal: the first entry of each says it, in clear. 0 where there is no journal.
journal_format() {
  for segment in "$(data_dir)"/journal/*.log; do
    [ ! -f "$segment" ] || head -c 512 "$segment" | LC_ALL=C grep -a -o '"format":[0-9]*' | head -n 1 | cut -d : -f 2
  done | sort -n | tail -n 1 | grep . || echo 0
}

# refuse_newer_journal VERSION FORMAT: that version reads journals up to that format.
refuse_newer_journal() {
  found=$(journal_format)
  [ "$found" -le "$2" ] || {
    echo "npuq: version $1 is not installed: the journal in $(data_dir) has format $found, which a newer npuq wrote, and $1 reads formats up to $2." >&2
    echo "npuq: keep the newer version, or move that directory away (the queue in it is lost to $1). Nothing was changed." >&2
    exit 1
  }
}

has_systemd() {
  [ -d /run/systemd/system ]
}

# The process that holds the queue, when it is an npuq; the file stays behind when that has ended.
server_pid() {
  pid=$(cat "$(data_dir)/npuq.lock" 2>/dev/null || true)
  [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q 'npuq\.jar serve' && echo "$pid"
}

# Ends the server in order: it lets the running job end (drain_timeout); what is queued stays on disk. Leaves a mark for start_again.
drain() {
  if has_systemd && systemctl is-active --quiet npuq.service; then
    echo "npuq: stopping the service; the running job may end first, what is queued stays"
    touch "$restart_mark"
    systemctl stop npuq.service
  fi
  pid=$(server_pid) || return 0
  echo "npuq: stopping the server (process $pid); the running job may end first, what is queued stays"
  kill -TERM "$pid"
  waited=0
  while server_pid >/dev/null; do
    [ "$waited" -lt 300 ] || {
      echo "npuq: the server (process $pid) has not ended after 5 minutes; stop it, then try again" >&2
      exit 1
    }
    sleep 1
    waited=$((waited + 1))
  done
  echo "npuq: it was not started as a service: start it again as you did before"
}

# Starts the service when drain stopped it.
start_again() {
  [ -f "$restart_mark" ] || return 0
  rm -f "$restart_mark"
  ! has_systemd || systemctl start npuq.service ||
    echo "npuq: the service did not start again: see systemctl status npuq" >&2
}

say_how_to_enable() {
  ! has_systemd || ! systemctl is-enabled --quiet npuq.service 2>/dev/null || return 0
  echo "npuq: installed; no service was enabled. To run it now and at every start:"
  echo "    sudo systemctl enable --now npuq"
}
