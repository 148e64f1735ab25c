"""A small laboratory: browsers, peers and a far end that are started, driven, listened to and stopped."""
