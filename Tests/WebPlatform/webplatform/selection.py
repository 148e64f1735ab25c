"""Which documents of a wpt checkout are run: those the committed selection names, with the variants they declare."""

import json
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

SELECTION = Path(__file__).resolve().parents[1] / "selection.json"

_META_TAG = re.compile(r"""<meta\s+name=["']?(\w+)["']?\s+content=["']?([^"'>]*)["']?\s*/?>""", re.IGNORECASE)
_META_COMMENT = re.compile(r"^//\s*META:\s*(\w+)=(.*)$", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Document:
    """One document to load. `path`: below the server's root, with the variant's query. `is_long`: it asks for a minute instead of
    ten seconds. `touches_permissions`: it sets permissions of its origin, which its successor must not inherit."""

    path: str
    is_long: bool
    touches_permissions: bool = False


def documents(checkout, only=None):
    """The selected documents of the checkout, in order. `only`: glob patterns of paths, without queries."""
    selection = json.loads(SELECTION.read_text())
    excluded = [pattern for entry in selection["excluded"] for pattern in entry["patterns"]]
    found = []
    for folder in selection["folders"]:
        for file in sorted((checkout / folder).rglob("*")):
            path = file.relative_to(checkout).as_posix()
            if any(fnmatchcase(path, pattern) for pattern in excluded):
                continue
            if only and not any(fnmatchcase(path, pattern) for pattern in only):
                continue
            found += _documents_of(file, path)
    return found


def _documents_of(file, path):
    if path.endswith((".window.js", ".any.js")):
        text = file.read_text()
        metas = _META_COMMENT.findall(text)
        path = path[: -len(".js")] + ".html"
    elif path.endswith(".html"):
        text = file.read_text(errors="replace")
        if "resources/testharness.js" not in text:
            return []
        metas = _META_TAG.findall(text)
    else:
        return []
    is_long = ("timeout", "long") in [(name.lower(), value.strip()) for name, value in metas]
    variants = [value.strip() for name, value in metas if name.lower() == "variant"]
    return [Document(f"{path}{variant}", is_long, "set_permission" in text) for variant in variants or [""]]


def subtests_not_run(path):
    """Glob patterns of the subtests that this document leaves out, natively as through the extension."""
    entries = json.loads(SELECTION.read_text())["subtestsNotRun"]
    return [pattern for entry in entries if fnmatchcase(path.split("?")[0], entry["file"]) for pattern in entry["subtests"]]


def scripts_of(text):
    """The scripts that a `.window.js` or `.any.js` asks for."""
    return [value.strip() for name, value in _META_COMMENT.findall(text) if name == "script"]
