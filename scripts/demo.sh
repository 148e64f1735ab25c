#!/bin/sh
# demo.sh: shows Nearend at work. Installs what is missing, builds, and places a real call: the softphone page in Chromium, its media in
# the Nearend host, and a far end that plays speech and records what it hears. Both directions are scored.
#
#   scripts/demo.sh [--remote-desktop] [--headed] [--json FILE] [--output DIR] [--no-install]
#
#   --remote-desktop  the page in an xrdp session, the engine on the other side of FreeRDP, three network namespaces (root only)
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

install=1; headed=; remote=; json=; output=$root/.build-demo
while [ $# -gt 0 ]; do
  case $1 in
    --headed) headed=--headed ;;
    --remote-desktop) remote=1 ;;
    --json) json=${2:?--json needs a file}; shift ;;
    --output) output=${2:?--output needs a folder}; shift ;;
    --no-install) install= ;;
    --help | -h) print_help; exit 0 ;;
    *) fail "unknown option “$1” (--help shows all)" ;;
  esac
  shift
done
if [ -n "$headed" ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then fail "--headed needs a display, and DISPLAY is not set"; fi

if [ -n "$remote" ] && [ "$(id -u)" -ne 0 ]; then fail "--remote-desktop makes network namespaces, which takes root: sudo scripts/demo.sh --remote-desktop"; fi

if [ -n "$install" ]; then
  # shellcheck disable=SC2086 # words on purpose
  step "Packages of the system" packages install_packages $packages_build $packages_browser $packages_python ${remote:+$packages_remote_desktop}
fi
require_swift
step "Python that drives the browser and judges the sound" venv make_venv
step "Building the programs, optimised (some minutes the first time)" build-release build_release

NEAREND_HOST_BINARY=$build_release/release/nearend-host
NEAREND_COMMAND=$build_release/release/nearend
PYTHONPATH=$tests
PYTHONDONTWRITEBYTECODE=1
export NEAREND_HOST_BINARY NEAREND_COMMAND PYTHONPATH PYTHONDONTWRITEBYTECODE
if [ -n "$remote" ]; then
  step "The plugin of the remote desktop's client" build-plugin "$root/scripts/build-plugin.sh" --output "$build/plugin/libnearend-client.so"
  own_namespaces "$venv/bin/python" "$root/scripts/lib/demo.py" \
    --speech "$root/Tests/Resources/speech/sense-48k.wav" --output "$output" ${json:+--json "$json"} \
    --remote-desktop --plugin "$build/plugin/libnearend-client.so"
  exit
fi
exec "$venv/bin/python" "$root/scripts/lib/demo.py" --speech "$root/Tests/Resources/speech/sense-48k.wav" --output "$output" \
  ${json:+--json "$json"} $headed
