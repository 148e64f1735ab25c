"""Packet traces: what arrived when. A record is the time in nanoseconds (64 bits), the length (16 bits), and the RTP packet in the clear; little-endian."""

import struct

_HEAD = struct.Struct("<QH")


def write(path, packets):
    """`packets`: pairs of seconds and bytes."""
    with open(path, "wb") as file:
        for moment, packet in packets:
            file.write(_HEAD.pack(round(moment * 1e9), len(packet)) + packet)


def read(path):
    data, packets, position = path.read_bytes(), [], 0
    while position < len(data):
        moment, length = _HEAD.unpack_from(data, position)
        position += _HEAD.size
        packets.append((moment / 1e9, data[position:position + length]))
        position += length
    return packets
