"""What Linux says of processes: who descends from whom, which sockets they hold, what they have consumed."""

import os
from pathlib import Path


def is_alive(pid):
    """Whether the process runs; one that has ended and only waits to be reaped does not."""
    try:
        return _fields(pid)[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid):
    """All processes below this one."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(int(_fields(entry.name)[1]), []).append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found, queue = [], [pid]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def running(executable):
    """The processes that run this executable file. Not by its path: seen from within a chroot that is another for a process with mounts of its own."""
    wanted = os.stat(executable)
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.path.samestat(os.stat(entry / "exe"), wanted):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def name_of(pid):
    """What a process is called; of Chromium's, what each is for."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").split()
    except OSError:
        return "ended"
    name = Path(words[0]).name if words else "?"
    if not name.startswith("chrom"):
        return name
    if "--extension-process" in words:
        return f"{name} extension"
    options = dict(word.removeprefix("--").split("=", 1) for word in words if word.startswith("--") and "=" in word)
    return f"{name} {options.get('utility-sub-type', options.get('type', 'browser')).split('.')[0]}"


def cpu_seconds(pids):
    """User and system time these processes have consumed."""
    ticks = 0
    for pid in pids:
        try:
            fields = _fields(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def udp_sockets(pids):
    """The UDP sockets that any of these processes holds: (pid, local address as the kernel writes it)."""
    addresses = {}
    for table in ("udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            columns = line.split()
            addresses[columns[9]] = columns[1]
    found = []
    for pid in pids:
        try:
            descriptors = list(Path(f"/proc/{pid}/fd").iterdir())
        except OSError:
            continue
        for descriptor in descriptors:
            try:
                target = os.readlink(descriptor)
            except OSError:
                continue
            if target.startswith("socket:[") and target[8:-1] in addresses:
                found.append((pid, addresses[target[8:-1]]))
    return found


def holders(path):
    """The processes that have this file open."""
    wanted = os.path.realpath(path)
    found = []
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(descriptor) == wanted:
                found.append(int(descriptor.parts[2]))
        except OSError:
            continue
    return found


def _fields(pid):
    """/proc/PID/stat after the command, which may hold spaces: state, parent, …"""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
