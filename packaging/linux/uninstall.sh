#!/bin/sh
# Removes what install.sh installed. With --purge also configuration, queue, models, caches and the user npuq.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=packaging/linux/functions.sh
. "$here/functions.sh"

case "${1:-}" in
  "" | --purge) ;;
  *)
    echo "npuq: unknown option $1: uninstall.sh [--purge]" >&2
    exit 2
    ;;
esac
[ "$(id -u)" -eq 0 ] || {
  echo "npuq: uninstalling wants root: sudo $0" >&2
  exit 1
}

drain
rm -f "$restart_mark"
! has_systemd || systemctl disable --quiet npuq.service 2>/dev/null || true
rm -f /etc/systemd/system/npuq.service /etc/udev/rules.d/60-npuq.rules /usr/local/bin/npuq \
  /usr/local/share/man/man1/npuq.1 /usr/local/share/man/man1/npuq-*.1 /usr/local/share/bash-completion/completions/npuq
! has_systemd || systemctl daemon-reload
if [ "${1:-}" = --purge ]; then
  rm -rf "$state" "$cache" /etc/npuq
  ! getent passwd npuq >/dev/null || userdel npuq
  echo "npuq: removed, with its queue, models and configuration"
else
  echo "npuq: removed; $state has the queue and the models, /etc/npuq the configuration ($0 --purge deletes them)"
fi
# Last, for this very file may be in it.
rm -rf /opt/npuq
