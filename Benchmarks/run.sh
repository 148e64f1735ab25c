#!/bin/sh
# run.sh: what Nearend costs, as ratios against something bare or against Chromium itself, measured in one run.
#
#   Benchmarks/run.sh [--json FILE] [start] [roundtrip] [cpu] [page] [life]
#
#   start       from starting the host to its answered hello, beside a host that only echoes
#   roundtrip   page → host → page, beside the same through a bare extension and a host that only echoes
#   cpu         processor time of one call (rise over idle), beside Chromium's own call
#   page        loading, heap and processor time of the page's process, beside the native page in Chromium's own call
#   life        memory of page, extension and host over a call of an hour (NEAREND_LIFE_MINUTES)
#
# Without a name: all but life. Needs what scripts/demo.sh has built and installed; run it on an idle machine.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"

case ${1:-} in --help | -h) print_help; exit 0 ;; esac
[ -x "$venv/bin/python" ] || fail "there is no Python environment: run scripts/demo.sh first"
mkdir -p "$root/.build-benchmarks"
"${CC:-cc}" -O2 -o "$root/.build-benchmarks/echo-host" "$root/Benchmarks/echo_host.c"

NEAREND_HOST_BINARY=${NEAREND_HOST_BINARY:-$build_release/release/nearend-host}
NEAREND_COMMAND=${NEAREND_COMMAND:-$build_release/release/nearend}
PYTHONPATH=$tests
PYTHONDONTWRITEBYTECODE=1
export NEAREND_HOST_BINARY NEAREND_COMMAND PYTHONPATH PYTHONDONTWRITEBYTECODE
exec "$venv/bin/python" "$root/Benchmarks/benchmarks.py" "$@"
