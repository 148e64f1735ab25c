# Debian's packages that building, demonstrating and testing need. Sourced after common.sh.

packages_build='libopus-dev libsrtp2-dev libasound2-dev libjansson-dev zlib1g-dev libssl-dev libspeexdsp-dev libusrsctp-dev libwebrtc-audio-processing-dev pkg-config'
packages_browser='chromium fonts-dejavu-core'
packages_python='python3 python3-venv python3-dev gcc libc6-dev'
# A relay of one's own for the tests of TURN; the installation starts none.
packages_relay='coturn'
# A gateway, of which tests start one of their own (where systemd runs, Debian starts another), and the libraries of its pages.
packages_gateway='janus libjs-janus-gateway libjs-webrtc-adapter'
packages_node='nodejs'
# A sound server of one's own for the tests of the devices; it is not started by the installation.
packages_sound='pulseaudio libasound2-plugins'
# libwebrtc's jitter buffer, for Benchmarks/Listening alone; it is not installed by the installation either.
packages_listening='libtgowt-dev libabsl-dev libglib2.0-dev g++'
# For Benchmarks/Delay alone: a client of the sound server, and what plays and records by the command line.
packages_delay='libpulse-dev pulseaudio-utils'

# For the demonstration in a remote desktop and its test only: xrdp as the desktop's server, FreeRDP as the agent's client.
packages_remote_desktop='xrdp tigervnc-standalone-server freerdp2-x11 freerdp2-dev libwinpr2-dev xvfb openssl iproute2'

# install_packages NAME...: those that are missing, without questions. Says what it does; needs root or a sudo that asks nothing.
install_packages() {
  missing=
  for package in "$@"; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
  [ -n "$missing" ] || { say "All Debian packages are there."; return 0; }
  if [ "$(id -u)" -eq 0 ]; then
    as_root=
  elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
  else
    fail "these packages are missing, and installing them needs root: apt-get install$missing"
  fi
  say "Installing$missing"
  # shellcheck disable=SC2086 # words on purpose
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
}

require_swift() {
  command -v swift >/dev/null || fail "there is no “swift”: install Swift 6.1 or later (swift.org) and put it on the PATH"
}

# The Python that judges calls, in a folder git does not see. Made anew when the requirements change.
make_venv() {
  stamp=$venv/.requirements
  if cmp -s "$tests/requirements.txt" "$stamp"; then
    say "The Python environment is up to date."
    return 0
  fi
  [ -x "$venv/bin/python" ] || /usr/bin/python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$tests/requirements.txt"
  cp "$tests/requirements.txt" "$stamp"
}
