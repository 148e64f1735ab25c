#!/bin/sh
# run.sh: what a listener hears of the very same packets from our receiving side and from Chromium's. One table, and plots in docs/images.
#
#   Benchmarks/Listening/run.sh [--seeds N] [POINT…]               packets that are made, both sides in virtual time: Chromium's part is taken by
#                                                                  libwebrtc's own jitter buffer as Debian packages it
#   Benchmarks/Listening/run.sh --chromium [--seeds N] [POINT…]    packets that one Chromium sends to another through a relay that impairs; ours
#                                                                  plays them afterwards. Takes its time, and needs a machine with nothing else to do
#
# A point is a name in impairments.py, such as "loss 10 %"; all without a name. Four seeds make 52 pieces of speech a point.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/packages.sh"

case ${1:-} in --help | -h) print_help; exit 0 ;; esac
live=
seeds=4
while :; do
  case ${1:-} in
    --chromium) live=yes; shift ;;
    --seeds) seeds=$2; shift 2 ;;
    *) break ;;
  esac
done

here=$root/Benchmarks/Listening
speech=$root/Tests/Resources/speech/sense-48k.wav
work=$root/.build-benchmarks/listening
mkdir -p "$work"
make_venv
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
PYTHONPATH=$tests
PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH PYTHONDONTWRITEBYTECODE

cd "$root"
swift build -c release --product Listening --scratch-path "$build_release" >&2
player=$build_release/release/Listening

if [ -n "$live" ]; then
  for seed in $(seq "$seeds"); do
    "$venv/bin/python" "$here/recorder.py" --speech "$speech" --output "$work/recorded" --seconds 140 --seed "$seed" "$@"
  done
  exec "$venv/bin/python" "$here/listen.py" --speech "$speech" --traces "$work/recorded" --player "$player" --json "$work/recorded.json" "$@"
fi

# shellcheck disable=SC2154,SC2086 # words on purpose
install_packages $packages_listening
"$here/build-neteq.sh" "$work/neteq"
"$venv/bin/python" "$here/made.py" --speech "$speech" --player "$player" --output "$work/made" --seeds "$seeds" --repeat 5 "$@"
exec "$venv/bin/python" "$here/listen.py" --speech "$speech" --traces "$work/made" --player "$player" --neteq "$work/neteq" \
  --json "$work/made.json" --plots "$root/docs/images" "$@"
