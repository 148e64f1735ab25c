# Native-messaging manifests: where each browser looks for them and what is in them. Sourced after common.sh.

host_name=com.nearend.host
browsers='chrome chromium edge brave firefox'

# manifest_folder SCOPE BROWSER: where BROWSER looks; SCOPE is user or system.
manifest_folder() {
  config=${XDG_CONFIG_HOME:-$HOME/.config}
  case $1-$2 in
    user-chrome) printf '%s' "$config/google-chrome/NativeMessagingHosts" ;;
    user-chromium) printf '%s' "$config/chromium/NativeMessagingHosts" ;;
    user-edge) printf '%s' "$config/microsoft-edge/NativeMessagingHosts" ;;
    user-brave) printf '%s' "$config/BraveSoftware/Brave-Browser/NativeMessagingHosts" ;;
    user-firefox) printf '%s' "$HOME/.mozilla/native-messaging-hosts" ;;
    system-chrome) printf '%s' "${system_root:-}/etc/opt/chrome/native-messaging-hosts" ;;
    system-chromium) printf '%s' "${system_root:-}/etc/chromium/native-messaging-hosts" ;;
    system-edge) printf '%s' "${system_root:-}/etc/opt/edge/native-messaging-hosts" ;;
    system-brave) printf '%s' "${system_root:-}/etc/opt/brave/native-messaging-hosts" ;;
    system-firefox) printf '%s' "${system_root:-}/usr/lib/mozilla/native-messaging-hosts" ;;
    *) fail "no browser is called “$2”; known: $browsers" ;;
  esac
}

# program_folder SCOPE: where the host itself is put.
program_folder() {
  case $1 in
    user) printf '%s' "$HOME/.local/lib/nearend" ;;
    system) printf '%s' "${system_root:-}/usr/local/lib/nearend" ;;
  esac
}

# The value of a string member of the extension's manifest. Its names are unique there, and each stands on its line.
extension_member() { sed -n "s/.*\"$1\"[[:space:]]*:[[:space:]]*\"\([^\"]*\)\".*/\1/p" "$extension/manifest.json" | head -n 1; }

# Chrome makes an extension's id of its public key: the first 128 bits of the SHA-256, with a…p for 0…f.
extension_id() {
  key=$(extension_member key)
  [ -n "$key" ] || fail "$extension/manifest.json has no “key”, so the extension has no fixed id"
  printf '%s' "$key" | base64 -d | sha256sum | cut -c 1-32 | tr 0-9a-f a-p
}

firefox_id() { extension_member id; }

# write_manifest BROWSER HOST: to standard output.
write_manifest() {
  case $1 in
    firefox) callers="\"allowed_extensions\": [\"$(firefox_id)\"]" ;;
    *) callers="\"allowed_origins\": [\"chrome-extension://$(extension_id)/\"]" ;;
  esac
  cat <<EOF
{
  "name": "$host_name",
  "description": "Keeps the media of browser calls on this machine",
  "path": "$2",
  "type": "stdio",
  $callers
}
EOF
}

# A path goes into JSON and into messages as it is.
require_plain_path() {
  case $1 in
    *[\"\\[:cntrl:]]*) fail "“$1”: a path with quotes, backslashes or control characters cannot stand in a manifest" ;;
    /*) ;;
    *) fail "“$1” is no absolute path" ;;
  esac
}
