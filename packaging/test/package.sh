# The Debian package, installed, run, upgraded, removed and purged. Read by run.
# shellcheck shell=bash

port=${NPUQ_TEST_PORT:-18829}
url=http://127.0.0.1:$port

# --- in a chroot: this machine's own tree below a layer that is thrown away; no systemd runs in it ---

try_in_chroot() {
  chroot_tree=$work/chroot/tree
  check "a chroot of this machine's tree" mount_chroot
  check "chroot: install; no service is enabled, the user npuq is in render" chrooted_install
  check "chroot: a server of the package's own files, a job by curl" chrooted_job
  with_promtool "chroot: promtool finds the server's metrics valid" valid_metrics
  check "chroot: upgrade while it runs: the server ends in order, the queue stays" chrooted_upgrade
  check "chroot: a journal of a newer format: refused with the reason, nothing changed" chrooted_newer
  check "chroot: remove: program gone, queue there" chrooted_remove
  check "chroot: purge: nothing is left" chrooted_purge
  unmount_chroot
}

mount_chroot() {
  mkdir -p "$work/chroot"
  mount -t tmpfs -o size=2g npuq-test "$work/chroot"
  mkdir "$work/chroot/upper" "$work/chroot/work" "$chroot_tree"
  mount -t overlay -o "lowerdir=/,upperdir=$work/chroot/upper,workdir=$work/chroot/work" npuq-test "$chroot_tree"
  mount -t proc proc "$chroot_tree/proc"
  mount --bind /dev "$chroot_tree/dev"
  mount -t tmpfs run "$chroot_tree/run"
  mount -t tmpfs tmp "$chroot_tree/tmp"
  cp "$deb" "$chroot_tree/tmp/npuq.deb"
}

unmount_chroot() {
  [ -n "${chroot_tree:-}" ] || return 0
  for mounted in "$chroot_tree/proc" "$chroot_tree/dev" "$chroot_tree/run" "$chroot_tree/tmp" "$chroot_tree" "$work/chroot"; do
    ! mountpoint -q "$mounted" || umount "$mounted" || umount --lazy "$mounted"
  done
}

in_chroot() {
  chroot "$chroot_tree" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

as_npuq() {
  in_chroot setpriv --reuid npuq --regid npuq --init-groups env HOME=/var/lib/npuq "$@"
}

chrooted_install() {
  # Of this machine's Java, however it came here: what the package depends on is tried on the machine of its own.
  in_chroot dpkg --force-depends -i /tmp/npuq.deb | tee "$work/install" &&
    grep -q 'sudo systemctl enable --now npuq' "$work/install" &&
    in_chroot id -nG npuq | grep -qw render &&
    ! in_chroot find /etc/systemd -name 'npuq*' | grep . &&
    in_chroot npuq --version
}

chrooted_serve() {
  as_npuq npuq serve --config /etc/npuq/npuq.properties --device BUILTIN --port "$port" >>"$work/served" 2>&1 &
  wait_for 600 curl -sf "$url/healthz" || { cat "$work/served"; return 1; }
}

chrooted_job() {
  chrooted_serve && job_succeeds "The mail server in Osaka is slow since noon." && [ -d "$chroot_tree/var/lib/npuq/data/journal" ]
}

# job_succeeds INPUT: a summary, asked for and fetched by curl.
job_succeeds() {
  local id
  id=$(curl -sf "$url/v1/jobs" -H 'Content-Type: application/json' -d "{\"kind\":\"summary\",\"input\":\"$1\"}" | jq -r .id) || return 1
  curl -sf "$url/v1/jobs/$id?wait_ms=60000" | tee "$work/job" | jq -e '.state == "succeeded" and (.result.text | length > 0)'
}

# All that promtool remarks on is three names, which are the model server's.
valid_metrics() {
  curl -sf "$url/metrics" >"$work/metrics" && grep -q '^npuq_jobs_total' "$work/metrics" || return 1
  promtool check metrics <"$work/metrics" >"$work/remarks" 2>&1
  ! grep -v '^ovms_[a-z_]*_us metric names should not contain abbreviated units$' "$work/remarks" && echo "= $(grep -c '^# TYPE' "$work/metrics") names"
}

# queue_up COUNT: jobs that wait, for the queue is paused.
queue_up() {
  curl -sf -X POST "$url/v1/queue/pause" || return 1
  for number in $(seq "$1"); do
    curl -sf "$url/v1/jobs" -H 'Content-Type: application/json' -d "{\"kind\":\"title\",\"input\":\"Job number $number waits through the upgrade.\"}" || return 1
  done >/dev/null
  [ "$(queued)" -eq "$1" ]
}

queued() {
  curl -sf "$url/v1/jobs?state=queued&limit=100" | jq '.data | length'
}

# run_all COUNT: the queue goes on, and all that waited succeeds.
run_all() {
  [ "$(queued)" -eq "$1" ] && curl -sf -X POST "$url/v1/queue/resume" && wait_for 600 titles_succeeded "$1"
}

titles_succeeded() {
  curl -sf "$url/v1/jobs?state=succeeded&limit=100" | jq -e "[.data[] | select(.kind == \"title\")] | length == $1"
}

chrooted_upgrade() {
  queue_up 5 && in_chroot dpkg --force-depends -i /tmp/npuq.deb | tee "$work/upgrade" && grep -q 'npuq: stopping the server' "$work/upgrade" &&
    grep -q 'npuq has stopped' "$work/served" && chrooted_serve && run_all 5
}

# The journal of a future npuq, as far as this one can tell: its segments say a format that this one does not read.
chrooted_newer() {
  local segment
  segment=$(ls "$chroot_tree"/var/lib/npuq/data/journal/*.log | tail -n 1)
  cp "$segment" "$work/segment"
  sed -i 's/"format":[0-9]*/"format":9/' "$segment"
  ! in_chroot dpkg --force-depends -i /tmp/npuq.deb 2>"$work/refused" || return 1
  cat "$work/refused"
  cp "$work/segment" "$segment"
  grep -q 'has format 9, which a newer npuq wrote, and .* reads formats up to [0-9]*\.' "$work/refused" && in_chroot npuq --version
}

chrooted_remove() {
  in_chroot dpkg -r npuq && [ ! -e "$chroot_tree/usr/bin/npuq" ] && [ -f "$chroot_tree/etc/npuq/npuq.properties" ] &&
    ls "$chroot_tree"/var/lib/npuq/data/journal/*.log
}

chrooted_purge() {
  in_chroot dpkg -P npuq && ! in_chroot find /etc /usr /var/lib /var/cache -name 'npuq*' -not -path '/var/lib/npuq-keep/*' | grep . &&
    ! in_chroot getent passwd npuq
}

# --- on a Debian machine of its own, with systemd ---

try_on_machine() {
  local before=$failed
  check "a newer npuq (0.2.0, with a journal of a newer format) is built" build_newer
  check "a Debian machine of its own (debootstrap)" make_machine "$work/machine"
  [ "$failed" -eq "$before" ] || return
  # It trusts whom this machine trusts.
  cp /etc/ssl/certs/ca-certificates.crt "$work/machine/etc/ssl/certs/ca-certificates.crt"
  cp "$deb" "$work/machine/srv/npuq.deb"
  cp "$work"/newer/packaging/target/npuq_0.2.0_all.deb "$work/machine/srv/newer.deb"
  boot "$work/machine" || { failed=$((failed + 1)); return; }
  check "machine: apt installs it; no service runs or is enabled, and the command that does is printed" machine_install
  check "machine: systemd-analyze verify and security of the installed unit" machine_unit
  check "machine: the one command: the hardened service sets itself up over the network and serves OpenVINO" machine_first_start
  check "machine: a summary by curl, run by the model" machine_job
  check "machine: the service is confined: no capability, a filter of system calls, data for it alone" machine_confined
  check "machine: upgrade to 0.2.0 drains, keeps 5 queued jobs, and starts again; all succeed" machine_upgrade
  check "machine: downgrade: refused with the reason, 0.2.0 goes on" machine_downgrade
  check "machine: remove: service gone, queue there" machine_remove
  check "machine: purge: nothing is left" machine_purge
  check "machine: install.sh and uninstall.sh of the tar.gz: install, serve, upgrade, purge" machine_by_script
}

build_newer() {
  copy_sources "$work/newer"
  (cd "$work/newer" && sed -i "s|<version>$version</version>|<version>0.2.0</version>|" pom.xml ./*/pom.xml &&
    sed -i 's/int FORMAT = \([0-9]*\);/int FORMAT = \1 + 1;/' scheduler/src/main/java/io/npuq/scheduler/journal/Journal.java) &&
    build "$work/newer"
}

machine_install() {
  inside apt-get install -y --no-install-recommends /srv/npuq.deb >"$work/install" 2>&1 || { cat "$work/install"; return 1; }
  grep 'sudo systemctl enable --now npuq' "$work/install" && ! inside systemctl is-enabled npuq && ! inside systemctl is-active npuq &&
    inside id -nG npuq | grep -w render
}

machine_unit() {
  inside systemd-analyze verify --man=no npuq.service &&
    inside systemd-analyze security --no-pager npuq.service | sed -n 's/.*Overall exposure level for npuq.service: \([0-9.]*\).*/= \1/p'
}

machine_first_start() {
  inside sed -i "s/^#port = .*/port = $port/" /etc/npuq/npuq.properties &&
    inside systemctl enable --now npuq && wait_for 900 served_by_model || { inside journalctl --no-pager -u npuq; return 1; }
}

served_by_model() {
  curl -sf "$url/healthz" | jq -e '.loaded and .model != "builtin-extractive"'
}

machine_job() {
  job_succeeds "The mail server in Osaka is slow since noon. Maria restarts it before 5 pm." && jq -e '.evidence.device_actual == "CPU"' "$work/job"
}

machine_confined() {
  local pid
  pid=$(inside systemctl show -P MainPID npuq)
  inside grep -q '^CapBnd:	0000000000000000$' "/proc/$pid/status" && inside grep -q '^Seccomp:	2$' "/proc/$pid/status" &&
    inside grep -q '^NoNewPrivs:	1$' "/proc/$pid/status" && [ "$(inside stat -c %U:%a /var/lib/npuq)" = npuq:750 ]
}

machine_upgrade() {
  queue_up 5 && inside dpkg -i /srv/newer.deb >"$work/upgrade" 2>&1 || { cat "$work/upgrade"; return 1; }
  cat "$work/upgrade"
  grep -q 'npuq: stopping the service' "$work/upgrade" && inside journalctl --no-pager -u npuq | grep 'npuq has stopped' &&
    inside npuq --version | grep -x 'npuq 0.2.0' && wait_for 600 served_by_model && run_all 5
}

machine_downgrade() {
  ! inside dpkg -i /srv/npuq.deb >"$work/downgrade" 2>&1 || return 1
  cat "$work/downgrade"
  grep -q 'a newer npuq wrote' "$work/downgrade" && inside npuq --version | grep -x 'npuq 0.2.0' && wait_for 600 served_by_model &&
    job_succeeds "It goes on after the refusal. Nothing was changed."
}

machine_remove() {
  inside apt-get remove -y npuq && ! inside systemctl is-active npuq && ! inside test -e /usr/bin/npuq &&
    inside sh -c 'ls /var/lib/npuq/data/journal/*.log'
}

machine_purge() {
  inside apt-get purge -y npuq && ! inside find /etc /usr /var/lib /var/cache /run -name 'npuq*' | grep . && ! inside getent passwd npuq
}

machine_by_script() {
  tar -C "$work/machine/srv" -xf "$built/npuq-$version.tar.gz"
  inside "/srv/npuq-$version/linux/install.sh" | tee "$work/script" && grep -q 'sudo systemctl enable --now npuq' "$work/script" &&
    inside sed -i "s/^#port = .*/port = $port/; s/^#device = .*/device = BUILTIN/" /etc/npuq/npuq.properties &&
    inside systemd-analyze verify --man=no npuq.service && inside systemctl enable --now npuq && wait_for 600 curl -sf "$url/healthz" &&
    queue_up 3 && inside "/srv/npuq-$version/linux/install.sh" | tee "$work/script" && grep -q 'stopping the service' "$work/script" &&
    wait_for 600 curl -sf "$url/healthz" && run_all 3 &&
    inside /opt/npuq/linux/uninstall.sh --purge && ! inside find /etc /opt /usr /var/lib /var/cache -name 'npuq*' | grep . && ! inside getent passwd npuq
}
