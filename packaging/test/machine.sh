# A machine of the test's own: a Debian tree with its own systemd, in a container. Read by run.
# shellcheck shell=bash

# make_machine DIRECTORY
make_machine() {
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,adduser,ca-certificates,curl,procps,default-jre-headless,python3-venv \
    bookworm "$1" >"$work/debootstrap.log" 2>&1
}

# boot DIRECTORY: sets init, the machine's first process; its network is this machine's.
boot() {
  machine=$1
  systemd-nspawn --quiet --register=no --keep-unit --directory="$machine" --boot --console=pipe </dev/null >"$work/machine.log" 2>&1 &
  nspawn=$!
  for _ in $(seq 120); do
    init=$(pgrep -P "$nspawn" || true)
    if [ -n "$init" ] && inside systemctl is-system-running --wait 2>/dev/null | grep -Eq 'running|degraded'; then
      return 0
    fi
    kill -0 "$nspawn" 2>/dev/null || break
    sleep 1
  done
  echo "the machine did not start; see $work/machine.log" >&2
  return 1
}

inside() {
  nsenter --target "$init" --all env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

# Ends it with all that runs in it.
shut_down() {
  [ -z "${nspawn:-}" ] || ! kill -0 "$nspawn" 2>/dev/null || {
    inside systemctl poweroff >/dev/null 2>&1 || kill "$nspawn"
    wait "$nspawn" || true
  }
}
