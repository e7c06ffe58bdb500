# The files that systems read: units, scripts, manifests, man pages, completion, SBOM. Read by run.
# shellcheck shell=bash

check_files() {
  local tree=$work/tar/npuq-$version
  check "lintian finds no error in the Debian package" lints
  check "systemd-analyze verify" verified_unit
  check "systemd-analyze security, at most 2.0" secured
  check "shellcheck: every shell script" shell_scripts
  check "man pages: mandoc finds no error, man renders" man_pages "$tree/share/man/man1"
  check "completion loads in bash, and completes" completes "$tree/share/bash-completion/completions/npuq"
  check "SBOM: CycloneDX with every jar of lib/" sbom "$tree"
  check "WinGet manifests and formula name the archives' sums" sums_are_named
  check "plist and WinSW description are well-formed" well_formed
  check "Homebrew formula: Ruby reads it" ruby -c "$built/macos/npuq.rb"
  winget_schemas
  powershell_scripts
  with_promtool "promtool reads the alert rules, and their own tests pass" alert_rules
}

lints() {
  lintian --allow-root --fail-on error --tag-display-limit 0 "$deb" 2>&1 || return 1
  echo "= $(lintian --allow-root "$deb" 2>/dev/null | grep -c '^W:') warnings"
}

verified_unit() {
  # The program and the manual that it names are those of the package.
  rm -rf "$work/unit"
  dpkg-deb -x "$deb" "$work/unit"
  sed -e "s|=/usr/bin/npuq |=$work/unit/usr/share/npuq/bin/npuq |" -e '/^Documentation=/d' "$work/unit/usr/lib/systemd/system/npuq.service" >"$work/npuq.service"
  local told
  told=$(systemd-analyze verify "$work/npuq.service" 2>&1) || { echo "$told"; return 1; }
  [ -z "$told" ] || { echo "$told"; return 1; }
}

secured() {
  local told
  told=$(systemd-analyze security --offline=true --no-pager "$root/packaging/linux/npuq.service")
  echo "$told"
  echo "$told" | sed -n 's/.*Overall exposure level for npuq.service: \([0-9.]*\).*/\1/p' | awk '{ print "= " $1; exit !($1 > 0 && $1 <= 2.0) }'
}

# Those of the package as they are in it, and the others with the fragments that they read.
shell_scripts() {
  rm -rf "$work/control"
  dpkg-deb -e "$deb" "$work/control"
  # Each script has all functions, and uses some.
  shellcheck -e SC2034,SC2317 "$work"/control/p* &&
    (cd "$root" && shellcheck -x npuq packaging/dist/npuq packaging/linux/*install.sh packaging/debian/build packaging/release-files packaging/test/run \
      packaging/test/serve-and-submit .ci/run)
}

man_pages() {
  local page count=0
  for page in "$1"/*.1; do
    # What asciidoctor writes for groff alone, inside of a condition, is read by mandoc too.
    ! mandoc -T lint -W error "$page" | grep -v 'insecure request: mso\|unknown macro:  LINKSTYLE' || return 1
    man --warnings -l "$page" 2>&1 >"$work/page" | grep . && return 1
    grep -q NAME "$work/page" || return 1
    count=$((count + 1))
  done
  echo "= $count pages"
}

completes() {
  bash -euc "compopt() { :; }
    . '$1'
    COMP_WORDS=(npuq ser) COMP_CWORD=1 COMP_LINE='npuq ser' COMP_POINT=8
    _complete_npuq
    [ \"\${COMPREPLY[*]}\" = serve ]
    COMP_WORDS=(npuq serve --dev) COMP_CWORD=2 COMP_LINE='npuq serve --dev' COMP_POINT=16
    _complete_npuq
    [ \"\${COMPREPLY[*]}\" = --device ]"
}

sbom() {
  jq -e '.bomFormat == "CycloneDX" and .metadata.component.name != null' "$1/npuq.cdx.json" || return 1
  jq -r '.components[] | "\(.name)-\(.version).jar"' "$1/npuq.cdx.json" | LC_ALL=C sort >"$work/sbom"
  (cd "$1/lib" && echo "launcher-$version.jar" && ls -- *.jar) | LC_ALL=C sort | diff - "$work/sbom" && echo "= $(wc -l <"$work/sbom") components"
}

sums_are_named() {
  local zip tar
  zip=$(sha256sum "$built/npuq-$version.zip" | cut -d ' ' -f 1)
  tar=$(sha256sum "$built/npuq-$version.tar.gz" | cut -d ' ' -f 1)
  grep -qi "InstallerSha256: $zip" "$built/winget/npuq.npuq.installer.yaml" && grep -q "sha256 \"$tar\"" "$built/macos/npuq.rb" &&
    ! grep -r '@[a-zA-Z0-9]*@' "$built/winget" "$built/macos" && (cd "$built" && sha256sum --check --quiet SHA256SUMS)
}

well_formed() {
  xmllint --noout "$root/packaging/windows/npuq-service.xml" &&
    python3 -c 'import plistlib, sys; p = plistlib.load(open(sys.argv[1], "rb")); assert p["Label"] == "io.npuq" and p["ProgramArguments"][1] == "serve"' \
      "$root/packaging/macos/io.npuq.plist"
}

winget_schemas() {
  cannot "winget validate" "it runs on Windows, and takes only .exe files as portable programs, where npuq has npuq.cmd (docs/install.md)"
  local claim="WinGet manifests are valid by the published schemas"
  if [ -z "${WINGET_SCHEMAS:-}" ]; then
    cannot "$claim" "WINGET_SCHEMAS names no directory with them"
    return
  fi
  check "$claim" valid_manifests
}

valid_manifests() {
  need_python "$here" && "$python" "$here/winget_schemas.py" "$WINGET_SCHEMAS" "$built"/winget/*.yaml
}

powershell_scripts() {
  local claim="PowerShell scripts pass PSScriptAnalyzer"
  if command -v pwsh >/dev/null && pwsh -NoProfile -Command 'exit [int] -not (Get-Module -ListAvailable PSScriptAnalyzer)'; then
    # shellcheck disable=SC2016 # PowerShell's variables
    check "$claim" pwsh -NoProfile -Command '$found = Invoke-ScriptAnalyzer -Path $args[0] -Recurse; $found | Format-Table; exit @($found).Count' "$root/packaging/windows"
    return
  fi
  cannot "$claim" "PowerShell with PSScriptAnalyzer is not on this machine; their syntax alone is checked, by another parser"
  check "PowerShell scripts: a grammar of PowerShell reads them without an error" parsed_powershell
}

parsed_powershell() {
  need_python "$here" && "$python" "$here/parse_powershell.py" "$root"/packaging/windows/*.ps1
}

# with_promtool CLAIM COMMAND...
with_promtool() {
  if command -v promtool >/dev/null; then
    check "$@"
  else
    cannot "$1" "promtool is not on this machine (Debian: apt install prometheus)"
  fi
}

alert_rules() {
  (cd "$root/packaging/monitoring" && promtool check rules npuq.rules.yml && promtool test rules npuq.rules.test.yml) &&
    echo "= $(grep -c '[-] alert:' "$root/packaging/monitoring/npuq.rules.yml") alerts"
}
