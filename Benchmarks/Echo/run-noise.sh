#!/bin/sh
# run-noise.sh: how well noise suppressors do on the same speech in the same noises: a fan, somebody typing, others who talk. One table a measure.
#
#   Benchmarks/Echo/run-noise.sh [--suppressors none,noise,speex,...] [--json FILE]
#
# Suppressors: none, noise (ours), webrtc-noise (libwebrtc's as Debian packages it, "moderate"), speex, webrtc (libwebrtc's of today), rnnoise, gain
# (our gain control alone), chain (all that a call has by default). Noises are made from a seed.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
. "$root/scripts/lib/common.sh"

case ${1:-} in --help | -h) print_help; exit 0 ;; esac
. "$here/prepare.sh"
"$python" -c 'import pyrnnoise' 2>/dev/null || step 'Python packages' echo-python "$python" -m pip install pyrnnoise
exec "$python" "$here/noise_bench.py" --binary "$build_release/release/EchoBench" --sounds "$sounds" \
  --speech "$root/Tests/Resources/speech" --work "$work/noise-scenes" "$@"
