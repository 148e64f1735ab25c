"""The Nearend host in a throw-away profile: installed by scripts/install.sh, with files for sound devices."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from .far_end import built
from .processes import descendants, running

ROOT = Path(__file__).resolve().parents[3]
EXTENSION = ROOT / "extension-manifest"


class HostInstallation:
    """What a browser's environment and profile need, so that the extension finds a host with virtual devices, with `devices` as the configuration
    names them, or, without either, one that has none.

    `make_wrapper(installation)` gives an executable to put between browser and host (see pipe_meter).
    """

    def __init__(self, *, microphone=None, loudspeaker=None, devices=None, make_wrapper=None):
        self.folder = Path(tempfile.mkdtemp(prefix="nearend-host."))
        self.binary = built("nearend-host")
        self.log = self.folder / "host.log"
        self.configuration = self.folder / "host.json"
        if microphone:
            devices = {"virtual": {"microphone": str(microphone), "loops": True, "loudspeaker": str(loudspeaker)}}
        self.configuration.write_text(json.dumps({
            **({"devices": devices} if devices else {}),
            "log": {"level": "debug", "file": str(self.log)},
        }))
        self._started = make_wrapper(self) if make_wrapper else self.binary

    @property
    def environment(self):
        return {"NEAREND_CONFIG": str(self.configuration)}

    def install(self, profile):
        subprocess.run(
            [str(ROOT / "scripts/install.sh"), "--profile", str(profile), "--host", str(self._started)],
            check=True, stdout=subprocess.DEVNULL)

    def processes(self, browser):
        """The host processes that this browser has started."""
        family = set(descendants(browser.process.pid))
        return [pid for pid in running(self.binary) if pid in family]

    def all_processes(self):
        """The host processes there are, whoever started them."""
        return running(self.binary)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)
