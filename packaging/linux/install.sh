#!/bin/sh
# Installs or upgrades npuq as a service on a Linux with systemd, from the unpacked archive that this file is in. Run it as root.
# The program goes to /opt/npuq, configuration to /etc/npuq, data to /var/lib/npuq, caches to /var/cache/npuq. Enables nothing.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tree=$(dirname "$here")
# shellcheck source=packaging/linux/functions.sh
. "$here/functions.sh"

[ "$(id -u)" -eq 0 ] || {
  echo "npuq: installing wants root: sudo $0" >&2
  exit 1
}
told=$("$tree/bin/npuq" --version)
refuse_newer_journal "$(echo "$told" | sed -n 's/^npuq //p')" "$(echo "$told" | sed -n 's/^journal format \([0-9]*\).*/\1/p')"

getent group render >/dev/null || groupadd --system render
getent passwd npuq >/dev/null ||
  useradd --system --user-group --home-dir "$state" --no-create-home --shell "$(command -v nologin || echo /bin/false)" npuq
usermod --append --groups render npuq
install -d -o npuq -g npuq -m 0750 "$state" "$cache"
install -d -o root -g npuq -m 0750 /etc/npuq
for file in npuq.properties environment; do
  [ -f "/etc/npuq/$file" ] || install -m 0644 "$here/$file" /etc/npuq
done

# The whole new program first, beside the old one: what is there is one or the other.
rm -rf /opt/npuq.new /opt/npuq.old
cp -R "$tree" /opt/npuq.new
chown -R root:root /opt/npuq.new
chmod -R u=rwX,go=rX /opt/npuq.new
drain
[ ! -d /opt/npuq ] || mv /opt/npuq /opt/npuq.old
mv /opt/npuq.new /opt/npuq
rm -rf /opt/npuq.old

mkdir -p /usr/local/bin /usr/local/share/man/man1 /usr/local/share/bash-completion/completions /etc/udev/rules.d
ln -sf /opt/npuq/bin/npuq /usr/local/bin/npuq
install -m 0644 "$tree"/share/man/man1/*.1 /usr/local/share/man/man1
install -m 0644 "$tree/share/bash-completion/completions/npuq" /usr/local/share/bash-completion/completions
install -m 0644 "$here/60-npuq.rules" /etc/udev/rules.d
sed 's|/usr/bin/npuq|/opt/npuq/bin/npuq|; s|/usr/share/doc/npuq|/opt/npuq|' "$here/npuq.service" >/etc/systemd/system/npuq.service
! has_systemd || systemctl daemon-reload
start_again
say_how_to_enable
