# What both benchmarks of this folder need; fetched on first use into .build-benchmarks. Sourced after common.sh, with `root` set.

work=$root/.build-benchmarks
sounds=$work/sounds
python=$root/.venv-echo/bin/python
mkdir -p "$work"

if [ ! -x "$python" ]; then
  python3 -m venv "$root/.venv-echo"
fi
"$python" -c 'import av, livekit.rtc, numpy, pesq, scipy, soundfile' 2>/dev/null ||
  step 'Python packages' echo-python "$python" -m pip install av livekit numpy pesq scipy soundfile

if [ ! -d "$sounds" ]; then
  packages=$(mktemp -d)
  trap 'rm -rf "$packages"' EXIT INT TERM
  for language in en es fr it ru; do
    (cd "$packages" && apt-get download -qq "asterisk-core-sounds-$language-g722")
  done
  for package in "$packages"/*.deb; do dpkg-deb -x "$package" "$packages/tree"; done
  mv "$packages/tree" "$sounds"
fi

swift build --package-path "$root" --scratch-path "$build_release" -c release --product EchoBench >&2
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
