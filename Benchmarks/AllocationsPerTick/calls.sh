#!/bin/sh
# What each of twenty calls at once costs the engine's audio (devices, processing, coding, playout, mixing; no network), beside what one call costs
# by itself: processor time of a tick, three runs of either, interleaved, medians and ratio. More than 1 a call fails.
# Usage: calls.sh [--seconds N]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
for _ in 1 2 3; do
  for calls in 1 20; do
    "$here/run.sh" --calls "$calls" "$@" > "$work/output"
    sed -n 's/.*of [0-9]* calls: \([0-9]*\) µs/\1/p' "$work/output" >> "$work/$calls"
  done
done
median() { sort -n "$work/$1" | sed -n 2p; }
one=$(median 1) twenty=$(median 20)
awk -v one="$one" -v twenty="$twenty" 'BEGIN {
  printf "one call: %d µs a tick; twenty: %d µs, %.0f µs each: ratio %.2f\n", one, twenty, twenty / 20, twenty / 20 / one
  exit twenty / 20 > one
}'
