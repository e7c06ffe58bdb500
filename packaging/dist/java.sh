# Read by ./npuq of the repository and by bin/npuq of the packages: finds Java 17 or later for "$root", and runs npuq on it.
# NPUQ_JAVA_OPTS: options for Java, after the defaults below.
# shellcheck shell=sh

fail() {
  echo "npuq: $*" >&2
  exit 1
}

# Reads the release file beside Java, for to start Java and ask takes longer than all else here.
java_version() {
  home=$(dirname "$(dirname "$(readlink -f "$1" 2>/dev/null || echo "$1")")")
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || true)
  [ -n "$version" ] || version=$("$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
  echo "${version:-0}"
}

# Sets java: the package's own; or the one of JAVA_HOME; without either the first that is new enough, on PATH or where systems keep them.
find_java() {
  java=$root/runtime/bin/java
  [ ! -x "$java" ] || return 0
  if [ -n "${JAVA_HOME:-}" ]; then
    set -- "$JAVA_HOME/bin/java"
  else
    set -- java /usr/lib/jvm/*/bin/java /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java
  fi
  found=
  for candidate; do
    java=$(command -v "$candidate") || continue
    version=$(java_version "$java")
    [ "$version" -lt 17 ] || return 0
    found="$found, and $java is $version"
  done
  fail "needs Java 17 or later${found:-, and found no $1}: install a JDK (Debian, Ubuntu: apt install openjdk-17-jdk-headless), or set JAVA_HOME to one"
}

# run_npuq JAR ARGUMENT...
run_npuq() {
  jar=$1
  shift
  # A server is asked a few times a minute: compiled after a twentieth of the usual calls, its code is warm after dozens, not thousands, of
  # jobs. Other commands end before that pays.
  [ "${1:-}" != serve ] || NPUQ_JAVA_OPTS="-XX:CompileThresholdScaling=0.05 ${NPUQ_JAVA_OPTS:-}"
  # A fifth less work a job than with Java's own choice, at this size of heap; pauses of a tenth of a second are nothing to a queue.
  case " ${NPUQ_JAVA_OPTS:-}" in
    *" -XX:+Use"*GC*) ;;
    *) NPUQ_JAVA_OPTS="-XX:+UseParallelGC ${NPUQ_JAVA_OPTS:-}" ;;
  esac
  # Out of memory, some threads die and others go on: better to end with a line that says so; what was acknowledged is on disk.
  # shellcheck disable=SC2086 # the options are several words
  exec "$java" --enable-native-access=ALL-UNNAMED -XX:+ExitOnOutOfMemoryError -Xmx256m ${NPUQ_JAVA_OPTS:-} \
    -jar "$jar" "$@"
}
