#!/bin/sh
# build-plugin.sh: compiles libnearend-client.so, FreeRDP's door to the engine on the agent's device.
#
#   scripts/build-plugin.sh [--output FILE]
#
# A script and not a target of Package.swift: SwiftPM builds all targets, and FreeRDP's headers would then be needed wherever anything of
# Nearend is built. Needs a C compiler and freerdp2-dev with libwinpr2-dev (or freerdp3-dev with libwinpr3-dev).
#
# FreeRDP loads it from its own folder, /usr/lib/MULTIARCH/freerdp2/, when it is started with /dvc:nearend.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"

output=$build/plugin/libnearend-client.so
while [ $# -gt 0 ]; do
  case $1 in
    --output) output=${2:?--output needs a file}; shift ;;
    --help | -h) print_help; exit 0 ;;
    *) fail "unknown option “$1” (--help shows all)" ;;
  esac
  shift
done
for version in 3 2; do
  if pkg-config --exists "freerdp$version" "winpr$version" 2>/dev/null; then found=$version; break; fi
done
[ -n "${found:-}" ] || fail "FreeRDP's headers are missing: apt-get install freerdp2-dev libwinpr2-dev"
mkdir -p "$(dirname "$output")"
# shellcheck disable=SC2046 # words on purpose
"${CC:-cc}" -std=gnu11 -O2 -g -Wall -Wextra -Werror -fPIC -fvisibility=hidden -shared -pthread \
  $(pkg-config --cflags "freerdp$found" "winpr$found") "$root/Sources/NearendRDP/nearend_client.c" -o "$output" \
  $(pkg-config --libs "winpr$found")
say "Built $output for FreeRDP $found."
