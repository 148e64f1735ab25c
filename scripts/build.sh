#!/bin/sh
# build.sh: installs the packages that are missing and builds the programs, optimised, into .build-release/release.
#
#   scripts/build.sh [--no-install]
#
#   --no-install    take the packages as they are
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/packages.sh"
. "$root/scripts/lib/build.sh"

install=1
while [ $# -gt 0 ]; do
  case $1 in
    --no-install) install= ;;
    --help | -h) print_help; exit 0 ;;
    *) fail "unknown option “$1” (--help shows all)" ;;
  esac
  shift
done

if [ -n "$install" ]; then
  # shellcheck disable=SC2086 # words on purpose
  step "Packages of the system" packages install_packages $packages_build
fi
require_swift
step "Building the programs, optimised (some minutes the first time)" build-release build_release
say "nearend-host and nearend are in $build_release/release."
