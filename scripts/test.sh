#!/bin/sh
# test.sh: installs what is missing, builds, runs every test, and ends with “N passed, N failed”.
#
#   scripts/test.sh [--only NAME]... [--no-install]
#
#   --only NAME     swift, extension, interop or remote-desktop; may be repeated
#   --no-install    take the packages as they are
#
# Logs are in .build-logs.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/packages.sh"
. "$root/scripts/lib/build.sh"
. "$root/scripts/lib/counting.sh"

only=; install=1
while [ $# -gt 0 ]; do
  case $1 in
    --only) only="$only ${2:?--only needs a name} "; shift ;;
    --no-install) install= ;;
    --help | -h) print_help; exit 0 ;;
    *) fail "unknown option “$1” (--help shows all)" ;;
  esac
  shift
done
wanted() { case ${only:-all} in all | *" $1 "*) return 0 ;; *) return 1 ;; esac; }

cd "$root"
if [ -n "$install" ]; then
  # shellcheck disable=SC2086 # words on purpose
  step "Packages of the system" packages install_packages $packages_build $packages_browser $packages_python $packages_node $packages_sound $packages_relay $packages_gateway $packages_remote_desktop
fi
require_swift

# A step that must succeed before its tests can run counts as one failure when it does not.
run_swift() {
  step "Building the tests" build-tests build_tests || { count_failure "building the Swift tests"; return; }
  NEAREND_HOST_BINARY=$build_release/release/nearend-host
  export NEAREND_HOST_BINARY
  step "Swift tests, with stdio conformance of the release host" swift-test \
    swift test --skip-build --scratch-path "$build" --explicit-target-dependency-import-check error --skip AudioDevicesTests || true
  count_swift "$logs/swift-test.log"
  # These keep real time, and so want the machine for themselves.
  step "Swift tests of the sound devices" device-test \
    swift test --skip-build --scratch-path "$build" --explicit-target-dependency-import-check error --filter AudioDevicesTests || true
  count_swift "$logs/device-test.log"
}

run_extension() {
  [ -d Tests/ExtensionTests ] || { say "There are no tests of the extension."; return; }
  step "Tests of the extension" extension sh -c 'exec node --test --test-reporter=tap $(find Tests/ExtensionTests -name "*.test.js" -o -name "*.test.mjs" | sort)' || true
  count_tap "$logs/extension.log"
}

run_interop() {
  step "Python that judges calls" venv make_venv || { count_failure "the Python environment"; return; }
  NEAREND_HOST_BINARY=$build_release/release/nearend-host
  NEAREND_COMMAND=$build_release/release/nearend
  export NEAREND_HOST_BINARY NEAREND_COMMAND
  step "Calls with Chromium and aiortc" interop "$venv/bin/python" -m pytest -v --color=no -p no:cacheprovider "$tests" --ignore "$tests/remote_desktop" || true
  count_pytest "$logs/interop.log"
  tell_scores "$logs/interop.log"
}

run_remote_desktop() {
  if ! own_namespaces true 2>/dev/null; then
    say "Not run: calls through a remote desktop, which take network namespaces of their own, and so root."
    return
  fi
  step "Python that judges calls" venv make_venv || { count_failure "the Python environment"; return; }
  NEAREND_PLUGIN=$build/plugin/libnearend-client.so
  NEAREND_HOST_BINARY=$build_release/release/nearend-host
  NEAREND_COMMAND=$build_release/release/nearend
  export NEAREND_PLUGIN NEAREND_HOST_BINARY NEAREND_COMMAND
  step "The plugin of the remote desktop's client" build-plugin "$root/scripts/build-plugin.sh" --output "$NEAREND_PLUGIN" \
    || { count_failure "building the plugin"; return; }
  step "Calls through a remote desktop" remote-desktop \
    own_namespaces "$venv/bin/python" -m pytest -v --color=no -p no:cacheprovider "$tests/remote_desktop" || true
  count_pytest "$logs/remote-desktop.log"
  tell_scores "$logs/remote-desktop.log"
}

tell_scores() { sed -n 's/^\(.*: \)\{0,1\}\(score: .*\)/    \2/p' "$1"; }

if wanted swift || wanted interop || wanted remote-desktop; then
  step "Building the programs, optimised" build-release build_release || count_failure "building the programs"
fi
if wanted swift; then run_swift; fi
if wanted extension; then run_extension; fi
if wanted interop; then run_interop; fi
if wanted remote-desktop; then run_remote_desktop; fi

say
say "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
