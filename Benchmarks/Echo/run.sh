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
work=$root/.build-benchmarks
sounds=$work/sounds
python=$root/.venv-echo/bin/python
mkdir -p "$work"

if [ ! -x "$python" ]; then
  python3 -m venv "$root/.venv-echo"
fi
"$python" -c 'import av, livekit.rtc, numpy, pesq, scipy, soundfile' 2>/dev/null ||
  step 'Python packages' echo-python "$python" -m pip install av livekit numpy pesq scipy soundfile

if [ ! -d "$sounds" ]; then
  packages=$(mktemp -d)
  trap 'rm -rf "$packages"' EXIT INT TERM
  for language in en es fr it ru; do
    (cd "$packages" && apt-get download -qq "asterisk-core-sounds-$language-g722")
  done
  for package in "$packages"/*.deb; do dpkg-deb -x "$package" "$packages/tree"; done
  mv "$packages/tree" "$sounds"
fi

swift build --package-path "$root" --scratch-path "$build_release" -c release --product EchoBench >&2
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
exec "$python" "$here/bench.py" --binary "$build_release/release/EchoBench" --sounds "$sounds" \
  --speech "$root/Tests/Resources/speech" --work "$work/echo-scenes" "$@"
