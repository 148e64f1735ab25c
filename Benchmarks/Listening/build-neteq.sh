#!/bin/sh
# build-neteq.sh OUTPUT: libwebrtc's jitter buffer as a program, from Debian's libtgowt-dev and libabsl-dev.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
libraries='absl_bad_any_cast_impl absl_bad_optional_access absl_bad_variant_access absl_flat_hash_map absl_hash absl_inlined_vector absl_optional absl_raw_hash_set absl_strings absl_synchronization absl_time'
# shellcheck disable=SC2046,SC2086 # words on purpose
exec "${CXX:-c++}" -std=c++17 -O2 -DWEBRTC_POSIX -DWEBRTC_LINUX -DNDEBUG -I/usr/include/tg_owt $(pkg-config --cflags $libraries) \
  "$here/neteq.cpp" -o "$1" -Wl,--gc-sections -ltg_owt $(pkg-config --libs $libraries glib-2.0 gio-2.0) -lopus -lssl -lcrypto -lpthread -ldl
