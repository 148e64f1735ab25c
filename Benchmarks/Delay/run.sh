#!/bin/sh
# run.sh: how much later a word is heard than it was said, through the same virtual devices: in Chromium's own calls and in ours.
#
#   Benchmarks/Delay/run.sh [--rounds N] [--seconds N] [--processing on|off|both] [--json FILE] [PATH…]
#
#   bare        the sound server alone, with the least client between microphone and loudspeaker: what is nobody's own share
#   chromium    Chromium calls Chromium
#   nearend     two redirected pages call each other
#   mixed       a redirected page and Chromium
#
# Without a name: all, interleaved. A sound server of its own (PulseAudio) gives each side a microphone and a loudspeaker; in both directions a chirp
# is said every second over speech, and found again in what is heard. `--processing`: echo canceller, noise suppression and gain control. With
# `--json`, what other runs have left in the file is in the table too. Needs what scripts/demo.sh has built and installed, and an idle machine.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/packages.sh"

case ${1:-} in --help | -h) print_help; exit 0 ;; esac
[ -x "$venv/bin/python" ] || fail "there is no Python environment: run scripts/demo.sh first"
# shellcheck disable=SC2154,SC2086 # words on purpose
install_packages $packages_sound $packages_delay >&2
mkdir -p "$root/.build-benchmarks"
"${CC:-cc}" -O2 -o "$root/.build-benchmarks/bare" "$root/Benchmarks/Delay/bare.c" -lpulse

NEAREND_HOST_BINARY=${NEAREND_HOST_BINARY:-$build_release/release/nearend-host}
NEAREND_COMMAND=${NEAREND_COMMAND:-$build_release/release/nearend}
PYTHONPATH=$tests
PYTHONDONTWRITEBYTECODE=1
export NEAREND_HOST_BINARY NEAREND_COMMAND PYTHONPATH PYTHONDONTWRITEBYTECODE
exec "$venv/bin/python" "$root/Benchmarks/Delay/delay.py" --speech "$root/Tests/Resources/speech/sense-48k.wav" --bare "$root/.build-benchmarks/bare" "$@"
