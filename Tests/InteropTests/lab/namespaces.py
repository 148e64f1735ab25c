"""Three machines on one: the desktop's, the agent's device and the far end's, each a network namespace.

The desktop's is the one that this process runs in (scripts/demo.sh enters a new one first). Wires: desktop — device — far end. Nobody forwards, so the
desktop has no route to the far end.
"""

import os
import subprocess

DESKTOP_ADDRESS, DEVICE_ADDRESS = "10.77.1.1", "10.77.1.2"
DEVICE_MEDIA_ADDRESS, FAR_END_ADDRESS = "10.77.2.1", "10.77.2.2"


def _ip(*words):
    subprocess.run(["ip", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


class Namespaces:
    """`with`: the namespaces and their wires. `device` and `far_end` are words before a command that take it there."""

    def __init__(self):
        self._names = [f"nearend-{name}-{os.getpid()}" for name in ("device", "far")]
        self.device, self.far_end = (("ip", "netns", "exec", name) for name in self._names)

    def __enter__(self):
        device, far = self._names
        if [line for line in open("/proc/net/dev").read().splitlines()[2:] if not line.strip().startswith("lo:")]:
            raise RuntimeError("this is not a network namespace of its own; scripts/demo.sh --remote-desktop enters one")
        try:
            _ip("link", "set", "lo", "up")
            for name in self._names:
                _ip("netns", "add", name)
                _ip("-n", name, "link", "set", "lo", "up")
            _ip("link", "add", "nearend0", "type", "veth", "peer", "name", "desktop0", "netns", device)
            _ip("-n", device, "link", "add", "far0", "type", "veth", "peer", "name", "device0", "netns", far)
            _ip("address", "add", f"{DESKTOP_ADDRESS}/30", "dev", "nearend0")
            _ip("link", "set", "nearend0", "up")
            for name, link, address in ((device, "desktop0", DEVICE_ADDRESS), (device, "far0", DEVICE_MEDIA_ADDRESS),
                                        (far, "device0", FAR_END_ADDRESS)):
                _ip("-n", name, "address", "add", f"{address}/30", "dev", link)
                _ip("-n", name, "link", "set", link, "up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # The kernel takes its time with what is left in a namespace.
        subprocess.run(["ip", "link", "delete", "nearend0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name in self._names:
            subprocess.run(["ip", "netns", "delete", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def desktop_reaches_far_end(self):
        """Whether the desktop has a route there."""
        return subprocess.run(["ip", "route", "get", FAR_END_ADDRESS], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
