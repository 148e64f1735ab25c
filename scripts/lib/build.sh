# Building with the flags that hold everywhere. Sourced after common.sh.

# The layers of Package.swift are the law: a module imports what it depends on, nothing else.
swift_law='--explicit-target-dependency-import-check error'

# The programs that people run: optimised, with Swift's standard library inside.
build_release() {
  for product in nearend-host nearend; do
    # shellcheck disable=SC2086 # words on purpose
    (cd "$root" && swift build -c release --static-swift-stdlib --scratch-path "$build_release" --product "$product" $swift_law) || return 1
  done
}

build_tests() {
  # shellcheck disable=SC2086
  (cd "$root" && swift build --build-tests --scratch-path "$build" $swift_law)
}
