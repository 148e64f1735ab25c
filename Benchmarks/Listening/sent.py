"""What recorder.py kept of a real sender."""

from pathlib import Path

import traces
from impairments import POINTS
from recorder_names import slug

RATES = {"opus": 48000, "PCMU": 8000, "PCMA": 8000}


def sent_for(point, folder):
    """The packets of a sender that heard of such a loss, on the clock of their timestamps, and their source."""
    same = [Path(folder) / f"{slug(name)}.1.sent" for name, other in POINTS.items()
            if (other.codec, other.loss, other.burst) == (point.codec, point.loss, point.burst)]
    alike = [Path(folder) / f"{slug(name)}.1.sent" for name, other in POINTS.items() if other.codec == point.codec]
    candidates = [path for path in (same if point.codec == "opus" else same + alike) if path.exists()]
    if not candidates:
        raise FileNotFoundError(f"nobody has sent for “{point.name}”")
    packets, first = [], None
    for _, packet in traces.read(candidates[0]):
        stamp = int.from_bytes(packet[4:8], "big")
        first = stamp if first is None else first
        offset = (stamp - first) % (1 << 32)
        if offset < 1 << 31:
            packets.append((offset / RATES[point.codec], packet))
    return packets, int.from_bytes(packets[0][1][8:12], "big")
