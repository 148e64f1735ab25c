# Summing up what the runners report. Sourced after common.sh. A runner that reports no count has failed.

passed=0
failed=0

count_failure() { failed=$((failed + 1)); say "    FAILED: $1"; }

# add WHAT PASSED FAILED
add() {
  if [ -z "$2" ] || [ $((${2:-0} + ${3:-0})) -eq 0 ]; then count_failure "$1 reported no test"; return; fi
  passed=$((passed + $2))
  failed=$((failed + ${3:-0}))
  say "    $1: $2 passed, ${3:-0} failed"
}

# Swift Testing: “Test run with 14 tests in 3 suites passed after …”; each failed test has a line of its own.
count_swift() {
  swift_all=$(sed -n 's/.*Test run with \([0-9]*\) tests\{0,1\} .*\(passed\|failed\) after.*/\1/p' "$1" | tail -n 1)
  swift_failed=$(grep -E '✘ Test .* failed after' "$1" | grep -vc '✘ Test run with') || true
  add "Swift" "${swift_all:+$((swift_all - swift_failed))}" "$swift_failed"
}

# TAP, as node writes it: “# pass 5”, “# fail 0”.
count_tap() {
  add "Extension" "$(sed -n 's/^# pass \([0-9]*\)$/\1/p' "$1" | tail -n 1)" "$(sed -n 's/^# fail \([0-9]*\)$/\1/p' "$1" | tail -n 1)"
}

# pytest: “==== 1 failed, 6 passed, 2 skipped in 300 s ====”. An error counts as a failure.
count_pytest() {
  pytest_line=$(grep -E '^=+ .*(passed|failed|error).* in ' "$1" | tail -n 1)
  pytest_number() { printf '%s' "$pytest_line" | sed -n "s/.*[^0-9]\([0-9][0-9]*\) $1.*/\1/p"; }
  pytest_failed=$(pytest_number failed)
  pytest_errors=$(pytest_number error)
  pytest_passed=$(pytest_number passed)
  pytest_failed=$((${pytest_failed:-0} + ${pytest_errors:-0}))
  add "Interop" "${pytest_line:+${pytest_passed:-0}}" "$pytest_failed"
}

# “N passed, N failed” alone on a line.
count_plain() {
  plain_line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$1" | tail -n 1)
  plain_failed=${plain_line#*, }
  add "Fuzzing" "${plain_line%% *}" "${plain_failed%% *}"
}
