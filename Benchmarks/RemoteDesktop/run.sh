#!/bin/sh
# run.sh: what a call costs the remote desktop's machine, redirected and not, in one run; and what the relays of many agents cost it.
#
#   Benchmarks/RemoteDesktop/run.sh [--rounds N] [--seconds N] [--json FILE]
#   Benchmarks/RemoteDesktop/run.sh agents [--agents N]
#
# xrdp, the browser and nearend-host are the desktop's; FreeRDP, the engine and the far end are not, and not counted. Needs root, what
# scripts/demo.sh --remote-desktop has built and installed, and an idle machine.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$root/scripts/lib/common.sh"
case ${1:-} in --help | -h) print_help; exit 0 ;; esac

NEAREND_HOST_BINARY=${NEAREND_HOST_BINARY:-$build_release/release/nearend-host}
NEAREND_COMMAND=${NEAREND_COMMAND:-$build_release/release/nearend}
NEAREND_PLUGIN=${NEAREND_PLUGIN:-$build/plugin/libnearend-client.so}
PYTHONPATH=$tests
PYTHONDONTWRITEBYTECODE=1
export NEAREND_HOST_BINARY NEAREND_COMMAND NEAREND_PLUGIN PYTHONPATH PYTHONDONTWRITEBYTECODE
if [ "${1:-}" = agents ]; then
  shift
  exec "$venv/bin/python" "$root/Benchmarks/RemoteDesktop/many_agents.py" --speech "$root/Tests/Resources/speech/sense-48k.wav" "$@"
fi
[ -e "$NEAREND_PLUGIN" ] || "$root/scripts/build-plugin.sh" --output "$NEAREND_PLUGIN"
own_namespaces "$venv/bin/python" "$root/Benchmarks/RemoteDesktop/desktop_cost.py" --speech "$root/Tests/Resources/speech/sense-48k.wav" "$@"
