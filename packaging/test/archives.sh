# The archives: what is in them, whether they run, and whether they are the same each time. Read by run.
# shellcheck shell=bash

check_archives() {
  mkdir "$work/tar" "$work/zip" "$work/image"
  tar -C "$work/tar" -xf "$built/npuq-$version.tar.gz"
  (cd "$work/zip" && python3 -m zipfile -e "$built/npuq-$version.zip" .)
  image=$(ls "$built"/npuq-"$version"-*-*.tar.gz)
  tar -C "$work/image" -xf "$image"
  check "tar.gz and zip hold the same files" diff -r "$work/tar" "$work/zip"
  check "npuq.cmd has Windows' line ends" grep -q $'exit /b 1\r' "$work/zip/npuq-$version/bin/npuq.cmd"
  check "the tar.gz says its version" says_version "$work/tar/npuq-$version/bin/npuq" "npuq $version"
  check "it says which Java it wants where there is none" says_what_it_wants
  check "with runtime: no other Java is needed for a server and a job" env -i PATH=/usr/bin:/bin HOME="$work" \
    bash "$here/serve-and-submit" "$work/image/npuq-$version/bin/npuq"
  check "with runtime: the archive's size" size_of "$image"
  cannot "with runtime, for Windows and macOS" "jlink makes it of a JDK of that system; the same build makes it there"
}

says_version() {
  [ "$("$1" --version | head -n 1)" = "$2" ]
}

says_what_it_wants() {
  mkdir "$work/none"
  ! JAVA_HOME=$work/none "$work/tar/npuq-$version/bin/npuq" --version 2>"$work/none/error" &&
    grep -q "needs Java 17 or later, and found no $work/none/bin/java: install" "$work/none/error"
}

size_of() {
  echo "= $(($(stat -c %s "$1") / 1000000)) MB packed"
}

# The same sources, built clean in two directories.
check_reproducible() {
  local one="$work/build-one" other="$work/the/other/build"
  copy_sources "$one"
  copy_sources "$other"
  check "the first clean build" build "$one"
  check "the second clean build, in another directory" build "$other"
  check "two builds give the same bytes" same_sums "$one/packaging/target" "$other/packaging/target"
  cp "$one/packaging/target/SHA256SUMS" "$work/SHA256SUMS"
  sed 's/^/          /' "$work/SHA256SUMS"
}

same_sums() {
  (cd "$1" && find . -maxdepth 2 \( -name '*.gz' -o -name '*.zip' -o -name '*.deb' -o -name '*.json' -o -path './winget/*' -o -path './macos/*' \) -type f |
    LC_ALL=C sort | xargs sha256sum) >"$work/one.sums"
  (cd "$2" && sha256sum --check --quiet "$work/one.sums") && echo "= $(wc -l <"$work/one.sums") files"
}
