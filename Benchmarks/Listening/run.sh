#!/bin/sh
# run.sh: what a listener hears of the very same packets from our receiving side and from Chromium's. One table, and plots in docs/images.
#
#   Benchmarks/Listening/run.sh [--sent] [--seeds N] [POINT…]      both sides in virtual time: Chromium's part is taken by libwebrtc's own jitter
#                                                                  buffer as Debian packages it. The packets are our encoder's, or with --sent
#                                                                  those of a real Chromium
#   Benchmarks/Listening/run.sh --chromium [--seeds N] [POINT…]    a real Chromium's packets, impaired, played in real time to another, which is
#                                                                  recorded; ours plays the very same afterwards. Waits for a calm machine
#   Benchmarks/Listening/run.sh --sending [--seeds N] [POINT…]     our sender's packets, impaired, played in real time to a real Chromium, beside
#                                                                  Opus as Chromium sends it. Waits for a calm machine
#
# A point is a name in impairments.py, such as "loss 10 %"; all without a name. Four seeds make 40 to 52 pieces of speech a point; with --chromium, whose calls
# are shorter so that less is lost when the machine is late, twelve; with --sending ten.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/packages.sh"

case ${1:-} in --help | -h) print_help; exit 0 ;; esac
live='' sent='' sending='' seeds=''
while :; do
  case ${1:-} in
    --chromium) live=yes sent=yes; shift ;;
    --sent) sent=yes; shift ;;
    --sending) sending=yes; shift ;;
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

if [ -n "$sending" ]; then
  exec "$venv/bin/python" "$here/sending.py" --speech "$speech" --player "$player" --output "$work/sending" --seeds "${seeds:-10}" "$@"
fi
if [ -n "$sent" ] && [ ! -d "$work/sent" ]; then
  # Every loss has a sender of its own, which hears of it and adds redundancy.
  "$venv/bin/python" "$here/recorder.py" --speech "$speech" --output "$work/sent.new" --seconds 125 \
    "clean" "loss 5 %" "loss 10 %" "loss 20 %" "bursts 60–120 ms" "PCMU clean" "PCMA loss 10 %"
  mv "$work/sent.new" "$work/sent"
fi
if [ -n "$live" ]; then
  "$venv/bin/python" "$here/replay.py" --sent "$work/sent" --output "$work/recorded" --seeds "${seeds:-12}" "$@"
  exec "$venv/bin/python" "$here/listen.py" --speech "$speech" --traces "$work/recorded" --player "$player" --json "$work/recorded.json" "$@"
fi

# shellcheck disable=SC2154,SC2086 # words on purpose
install_packages $packages_listening
"$here/build-neteq.sh" "$work/neteq"
"$venv/bin/python" "$here/made.py" --speech "$speech" --player "$player" --output "$work/made${sent:+-of-chromium}" \
  --seeds "${seeds:-4}" --repeat 5 ${sent:+--sent "$work/sent"} "$@"
exec "$venv/bin/python" "$here/listen.py" --speech "$speech" --traces "$work/made${sent:+-of-chromium}" --player "$player" --neteq "$work/neteq" \
  --json "$work/made.json" --plots "$root/docs/images" "$@"
