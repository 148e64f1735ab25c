#!/bin/sh
# How often the audio thread allocates, frees or takes a lock per tick, in release, in a call through the virtual device: 0, or this fails.
# Usage: run.sh [--seconds N]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

cd "$root"
swift build -c release --product AllocationsPerTick >&2
${CC:-cc} -O2 -shared -fPIC -o "$work/counter.so" "$here/counter.c" -ldl
LD_PRELOAD="$work/counter.so" "$(swift build -c release --show-bin-path)/AllocationsPerTick" --directory "$work" "$@"
