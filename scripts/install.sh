#!/bin/sh
# install.sh: tells the browsers where the Nearend host is.
#
#   scripts/install.sh [--user | --system | --profile DIR] [--browser NAME]... [--host FILE] [--dry-run]
#
#   --user          for this user (the default): the host goes to ~/.local/lib/nearend
#   --system        for everybody on this machine: the host goes to /usr/local/lib/nearend; needs root
#   --profile DIR   for one throw-away profile (Chromium's --user-data-dir); the host stays where it was built
#   --browser NAME  chrome, chromium, edge, brave or firefox; may be repeated. Without it: those that are found here
#   --host FILE     the host to install; without it the one that scripts/build.sh has built
#   --dry-run       say what would be done, and do nothing
#
# Running it again does no harm. uninstall.sh undoes it. The extension is loaded in the browser: see the README.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
. "$root/scripts/lib/common.sh"
. "$root/scripts/lib/manifests.sh"

scope=user; profile=; chosen=; host=$build_release/release/nearend-host; dry=
while [ $# -gt 0 ]; do
  case $1 in
    --user) scope=user ;;
    --system) scope=system ;;
    --profile) scope=profile; profile=${2:?--profile needs a folder}; shift ;;
    --browser) chosen="$chosen ${2:?--browser needs a name}"; shift ;;
    --host) host=${2:?--host needs a file}; shift ;;
    --dry-run) dry=1 ;;
    --help | -h) print_help; exit 0 ;;
    *) fail "unknown option “$1” (--help shows all)" ;;
  esac
  shift
done

[ -f "$host" ] && [ -x "$host" ] || fail "there is no host at $host: build it with scripts/build.sh, or name one with --host"
host=$(CDPATH='' cd -- "$(dirname -- "$host")" && pwd -P)/$(basename -- "$host")
require_plain_path "$host"
id=$(extension_id)

# put FROM TO MODE: a file into place in one step, so that a browser never sees half of it.
put() {
  if [ -e "$2" ] && cmp -s "$1" "$2"; then say "unchanged  $2"; return; fi
  if [ -n "$dry" ]; then say "would write $2"; return; fi
  mkdir -p "$(dirname "$2")"
  cp "$1" "$2.new"
  chmod "$3" "$2.new"
  mv "$2.new" "$2"
  say "wrote      $2"
}

# put_manifest BROWSER FOLDER
put_manifest() {
  write_manifest "$1" "$installed" >"$scratch"
  put "$scratch" "$2/$host_name.json" 644
}

# Whether there is anything of this browser here: a program, or the user's folder for it.
is_here() {
  case $1 in
    chrome) programs='google-chrome google-chrome-stable google-chrome-beta' ;;
    chromium) programs='chromium chromium-browser' ;;
    edge) programs='microsoft-edge microsoft-edge-stable' ;;
    brave) programs='brave-browser brave' ;;
    firefox) programs='firefox firefox-esr' ;;
  esac
  for program in $programs; do
    if command -v "$program" >/dev/null; then return 0; fi
  done
  [ "$scope" = user ] && [ -d "$(dirname "$(manifest_folder user "$1")")" ]
}

scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT

if [ "$scope" = profile ]; then
  case $profile in /*) ;; *) profile=$PWD/$profile ;; esac
  installed=$host
  put_manifest chromium "$profile/NativeMessagingHosts"
else
  if [ "$scope" = system ] && [ -z "$dry" ] && [ "$(id -u)" -ne 0 ]; then fail "--system needs root"; fi
  if [ -z "$chosen" ]; then
    for browser in $browsers; do
      if is_here "$browser"; then chosen="$chosen $browser"; else say "skipped    $browser: not found here (--browser $browser installs for it all the same)"; fi
    done
    [ -n "$chosen" ] || fail "no browser was found; name one with --browser"
  fi
  for browser in $chosen; do manifest_folder "$scope" "$browser" >/dev/null; done
  installed=$(program_folder "$scope")/nearend-host
  require_plain_path "$installed"
  put "$host" "$installed" 755
  for browser in $chosen; do
    if [ "$browser" = firefox ] && [ -z "$(firefox_id)" ]; then
      say "skipped    firefox: the extension has no id for it yet"
      continue
    fi
    put_manifest "$browser" "$(manifest_folder "$scope" "$browser")"
  done
fi
if [ -n "$dry" ]; then say "Nothing was changed."; else say "Installed for the extension $id."; fi
