"""scripts/install.sh and uninstall.sh, for a user who is nobody in particular."""

import json
import subprocess

import pytest

from lab.extension import extension_id
from lab.host import ROOT

MANIFEST = "NativeMessagingHosts/com.nearend.host.json"


@pytest.fixture
def user(tmp_path):
    """Runs a script with a home of its own; gives what it printed."""
    host = tmp_path / "nearend-host"
    host.write_text("#!/bin/sh\n")
    host.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()

    def run(script, *arguments, check=True):
        if script == "install.sh":
            arguments = (*arguments, "--host", host)
        return subprocess.run(
            ["sh", ROOT / "scripts" / script, *map(str, arguments)], check=check, text=True, capture_output=True,
            env={"HOME": str(home), "PATH": "/usr/bin:/bin"})
    run.home = home
    run.host = host
    return run


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_manifest_names_the_host_and_the_extension(user):
    user("install.sh", "--browser", "chromium")
    installed = user.home / ".local/lib/nearend/nearend-host"
    manifest = json.loads((user.home / ".config/chromium" / MANIFEST).read_text())
    assert manifest["name"] == "com.nearend.host"
    assert manifest["path"] == str(installed)
    assert manifest["allowed_origins"] == [f"chrome-extension://{extension_id()}/"]
    assert installed.stat().st_mode & 0o111


def test_installing_twice_changes_nothing_and_uninstalling_leaves_nothing(user):
    browsers = ("--browser", "chrome", "--browser", "chromium", "--browser", "edge", "--browser", "brave")
    user("install.sh", *browsers)
    before = files(user.home)
    again = user("install.sh", *browsers).stdout
    assert "wrote" not in again
    assert files(user.home) == before
    assert len(before) == 5
    user("uninstall.sh")
    assert files(user.home) == []
    assert "Nothing was installed there." in user("uninstall.sh").stdout


def test_a_dry_run_writes_nothing(user):
    told = user("install.sh", "--dry-run", "--browser", "chromium").stdout
    assert "would write" in told
    assert files(user.home) == []


def test_a_profile_gets_the_host_where_it_was_built(user, tmp_path):
    user("install.sh", "--profile", tmp_path / "profile")
    manifest = json.loads((tmp_path / "profile" / MANIFEST).read_text())
    assert manifest["path"] == str(user.host)
    user("uninstall.sh", "--profile", tmp_path / "profile")
    assert files(tmp_path / "profile") == []


@pytest.mark.parametrize("arguments", [("--browser", "netscape"), ("--sideways",)])
def test_what_it_does_not_know_it_refuses(user, arguments):
    result = user("install.sh", *arguments, check=False)
    assert result.returncode != 0
    assert arguments[-1] in result.stderr
    assert files(user.home) == []
