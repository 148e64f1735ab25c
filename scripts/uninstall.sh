#!/bin/sh
# uninstall.sh: undoes install.sh.
#
#   scripts/uninstall.sh [--user | --system | --profile DIR] [--browser NAME]... [--dry-run]
#
#   --user, --system, --profile DIR   as with install.sh
#   --browser NAME  only for this browser; may be repeated. The host itself goes when no --browser is named
#   --dry-run       say what would be done, and do nothing
#
# Running it again does no harm. The extension is removed in the browser.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/manifests.sh"

scope=user; profile=; chosen=; dry=
while [ $# -gt 0 ]; do
  case $1 in
    --user) scope=user ;;
    --system) scope=system ;;
    --profile) scope=profile; profile=${2:?--profile needs a folder}; shift ;;
    --browser) chosen="$chosen ${2:?--browser needs a name}"; shift ;;
    --dry-run) dry=1 ;;
    --help | -h) print_help; exit 0 ;;
    *) fail "unknown option “$1” (--help shows all)" ;;
  esac
  shift
done

found=
# take FILE: away, and its folder when nothing else is in it.
take() {
  if [ ! -e "$1" ]; then return; fi
  found=1
  if [ -n "$dry" ]; then say "would remove $1"; return; fi
  rm -f "$1"
  rmdir "$(dirname "$1")" 2>/dev/null || true
  say "removed    $1"
}

if [ "$scope" = profile ]; then
  take "$profile/NativeMessagingHosts/$host_name.json"
else
  if [ "$scope" = system ] && [ -z "$dry" ] && [ "$(id -u)" -ne 0 ]; then fail "--system needs root"; fi
  for browser in ${chosen:-$browsers}; do
    folder=$(manifest_folder "$scope" "$browser")
    take "$folder/$host_name.json"
  done
  if [ -z "$chosen" ]; then take "$(program_folder "$scope")/nearend-host"; fi
fi
if [ -z "$found" ]; then say "Nothing was installed there."; fi
if [ -n "$dry" ]; then say "Nothing was changed."; fi
