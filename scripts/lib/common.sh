# What the scripts share: where things are, how steps are told. Sourced, after `set -eu`, with `root` set to the project's folder.

build=$root/.build
build_release=$root/.build-release
venv=$root/.venv
logs=$root/.build-logs
tests=$root/Tests/InteropTests
extension=$root/extension-manifest

say() { printf '%s\n' "$*"; }
complain() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
fail() { complain "$*"; exit 1; }

# The comment at the top of a script is its help: from its second line to the first that is no comment.
print_help() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p;}' "$0"; }

# step NAME LOG COMMAND...: runs the command with its output in the log, says every half minute that it still runs, and shows the end of
# the log when it fails. Gives the command's status.
step() {
  step_name=$1; step_log=$logs/$2.log; shift 2
  mkdir -p "$logs"
  printf '==> %s\n' "$step_name"
  step_start=$(date +%s)
  "$@" >"$step_log" 2>&1 </dev/null &
  step_pid=$!
  step_said=$step_start
  while kill -0 "$step_pid" 2>/dev/null; do
    sleep 1
    step_now=$(date +%s)
    if [ $((step_now - step_said)) -ge 30 ]; then
      printf '    … %s s: %s\n' $((step_now - step_start)) "$(tail -n 1 "$step_log" | tr -d '\r' | cut -c 1-120)"
      step_said=$step_now
    fi
  done
  step_status=0
  wait "$step_pid" || step_status=$?
  if [ "$step_status" -eq 0 ]; then
    printf '    done in %s s\n' $(($(date +%s) - step_start))
  else
    printf '    failed after %s s (status %s); the end of %s:\n' $(($(date +%s) - step_start)) "$step_status" "$step_log"
    tail -n "${STEP_LINES:-60}" "$step_log" | sed 's/^/    | /'
  fi
  return "$step_status"
}

# own_namespaces COMMAND...: the command with a network and mounts of its own. Needs root.
own_namespaces() { unshare --net --mount --propagation unchanged sh -c 'mount --make-rprivate / && exec "$@"' sh "$@"; }
