#!/bin/sh
# Fuzzes the parsers that read what anybody may have sent.
#
#   Tests/Fuzzing/run.sh ENTRY [RUNS]    one entry; without RUNS, 100000
#   Tests/Fuzzing/run.sh --all RUNS      every entry, one after the other
#   Tests/Fuzzing/run.sh --replay        every committed input once, as CI does
#   Tests/Fuzzing/run.sh --list          the entries
#
# What is new is kept in .build/corpus/ENTRY, and used again by the next run. An input that breaks a promise is put into
# Findings/ENTRY: commit it with the repair, and the tests of every build replay it.
#
# FUZZ_SECONDS limits the time of an entry; FUZZ_MAX_LENGTH the bytes of an input (4096). FUZZ_SANITIZERS=fuzzer leaves the address
# sanitizer out: twice as fast, and Swift checks its own bounds.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$here"

usage() {
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' run.sh >&2
    exit 2
}

entries() {
    for folder in Runners/*/; do basename "$folder"; done
}

# SwiftPM's own option for each sanitizer would leave the last one only.
build() {
    sanitizers=${FUZZ_SANITIZERS:-fuzzer,address}
    product=$1
    set -- -c release --scratch-path ".build/$(echo "$sanitizers" | tr , -)" --sanitize=fuzzer -Xswiftc "-sanitize=$sanitizers"
    swift build "$@" --product "fuzz-$product"
    programs=$(swift build "$@" --show-bin-path)
}

# Swift's own crash reports would keep libFuzzer from writing the input that crashed. LeakSanitizer needs ptrace, which containers
# often lack, and what leaks is found by other means.
fuzz() {
    entry=$1
    shift
    SWIFT_BACKTRACE=enable=no ASAN_OPTIONS="detect_leaks=0:${ASAN_OPTIONS:-}" "$programs/fuzz-$entry" "$@"
}

run() {
    entry=$1
    runs=$2
    [ -d "Runners/$entry" ] || {
        echo "run.sh: there is no entry “$entry”; there are: $(entries | tr '\n' ' ')" >&2
        exit 2
    }
    build "$entry"
    mkdir -p ".build/corpus/$entry" "Findings/$entry"
    dictionary=
    [ ! -f "Dictionaries/$entry.dict" ] || dictionary="-dict=Dictionaries/$entry.dict"
    echo "run.sh: $entry, $runs inputs"
    # shellcheck disable=SC2086 # no dictionary, no argument
    fuzz "$entry" -runs="$runs" -max_total_time="${FUZZ_SECONDS:-0}" -max_len="${FUZZ_MAX_LENGTH:-4096}" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="Findings/$entry/" $dictionary ".build/corpus/$entry" "Corpus/$entry"
}

case "${1:-}" in
--list) entries ;;
--all)
    [ $# -eq 2 ] || usage
    for entry in $(entries); do run "$entry" "$2"; done
    ;;
--replay)
    for entry in $(entries); do
        build "$entry"
        # -runs=0 only executes what is there.
        mkdir -p "Findings/$entry"
        fuzz "$entry" -runs=0 "Corpus/$entry" "Findings/$entry"
    done
    ;;
'' | -*) usage ;;
*) run "$1" "${2:-100000}" ;;
esac
