#!/bin/sh
# run.sh: how well Nearend's echo canceller does beside libwebrtc's AEC2 and AEC3 and libspeexdsp's, on the same scenes.
#
#   Benchmarks/Echo/run.sh [--cancellers nearend,aec2,speex16,aec3] [--scenes base,drift,...] [--pairs N] [--json FILE]
#
# Fetches on first use, into .build-benchmarks: a Python environment (livekit carries AEC3) and the prompts of Debian's
# asterisk-core-sounds-*-g722 (CC BY-SA), which are the voices beside the project's own. Makes the scenes there; takes some minutes.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
. "$root/scripts/lib/common.sh"

case ${1:-} in --help | -h) print_help; exit 0 ;; esac
. "$here/prepare.sh"
exec "$python" "$here/bench.py" --binary "$build_release/release/EchoBench" --sounds "$sounds" \
  --speech "$root/Tests/Resources/speech" --work "$work/echo-scenes" "$@"
