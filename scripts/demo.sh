#!/bin/sh
# demo.sh: shows Nearend at work. Installs what is missing, builds, and places a real call: the softphone page in Chromium, its media in
# the Nearend host, and a far end that plays speech and records what it hears. Both directions are scored.
#
#   scripts/demo.sh [--headed] [--json FILE] [--output DIR] [--no-install]
#
#   --headed        show the browser (needs a display)
#   --json FILE     write the summary for machines, too
#   --output DIR    where recordings and screenshot go (.build-demo)
#   --no-install    take the packages as they are
#
# Nothing is installed into your browsers: the call runs in a throw-away profile.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/packages.sh"
. "$root/scripts/lib/build.sh"

install=1; headed=; json=; output=$root/.build-demo
while [ $# -gt 0 ]; do
  case $1 in
    --headed) headed=--headed ;;
    --json) json=${2:?--json needs a file}; shift ;;
    --output) output=${2:?--output needs a folder}; shift ;;
    --no-install) install= ;;
    --help | -h) print_help; exit 0 ;;
    *) fail "unknown option “$1” (--help shows all)" ;;
  esac
  shift
done
if [ -n "$headed" ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then fail "--headed needs a display, and DISPLAY is not set"; fi

if [ -n "$install" ]; then
  # shellcheck disable=SC2086 # words on purpose
  step "Packages of the system" packages install_packages $packages_build $packages_browser $packages_python
fi
require_swift
step "Python that drives the browser and judges the sound" venv make_venv
step "Building the programs, optimised (some minutes the first time)" build-release build_release

NEAREND_HOST_BINARY=$build_release/release/nearend-host
NEAREND_COMMAND=$build_release/release/nearend
PYTHONPATH=$tests
PYTHONDONTWRITEBYTECODE=1
export NEAREND_HOST_BINARY NEAREND_COMMAND PYTHONPATH PYTHONDONTWRITEBYTECODE
exec "$venv/bin/python" "$root/scripts/lib/demo.py" --speech "$root/Tests/Resources/speech/sense-48k.wav" --output "$output" \
  ${json:+--json "$json"} $headed
