"""Results of runs on disk, their comparison, and the two committed pages made of it."""

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from .selection import subtests_not_run


@dataclass
class Subtest:
    """`native`: a letter for each run. `redirected`: the letter of the last run through the extension."""

    name: str
    native: str
    redirected: str
    message: str = ""

    @property
    def is_expected(self):
        return set(self.native) == {"P"}

    @property
    def is_lost(self):
        return self.is_expected and set(self.redirected) != {"P"}


@dataclass
class File:
    path: str
    harness: str = ""
    subtests: list[Subtest] = field(default_factory=list)

    @property
    def expected(self):
        return [subtest for subtest in self.subtests if subtest.is_expected]

    @property
    def lost(self):
        return [subtest for subtest in self.subtests if subtest.is_lost]


class Results:
    """The runs, kept in one file each: {document: {"harness": …, "subtests": {name: [letter, message]}}}."""

    def __init__(self, folder):
        self._folder = folder
        self._runs = {}
        for file in sorted(folder.glob("*-?.json")):
            name, number = file.stem.rsplit("-", 1)
            self._runs[name, int(number)] = json.loads(file.read_text())

    @property
    def native_runs(self):
        return sum(name == "native" for name, _ in self._runs)

    def keep(self, name, number, document, outcome, keeps_better=False):
        """`keeps_better`: an earlier result stands where more passed then, as a busy machine makes documents time out."""
        run = self._runs.setdefault((name, number), {})
        passed = lambda subtests: sum(letter == "P" for letter, _ in subtests.values())
        known = run.get(document.path)
        if keeps_better and known and passed(known["subtests"]) > passed(outcome.subtests):
            return
        run[document.path] = {"harness": outcome.harness, "subtests": outcome.subtests}

    def save(self):
        for (name, number), run in self._runs.items():
            (self._folder / f"{name}-{number}.json").write_text(json.dumps(run, indent=1, sort_keys=True))

    def compare(self, selected):
        """One `File` a document. A subtest that a run does not know did not pass in it."""
        natives = [run for (name, _), run in sorted(self._runs.items()) if name == "native"]
        redirected = [run for (name, _), run in sorted(self._runs.items()) if name == "redirected"]
        compared = []
        for document in selected:
            empty = {"harness": "not run", "subtests": {}}
            native = [run[document.path]["subtests"] for run in natives if document.path in run] or [empty["subtests"]]
            ours = [run.get(document.path, empty) for run in redirected]
            left_out = subtests_not_run(document.path)
            names = list(dict.fromkeys(name for run in [*native, *(run["subtests"] for run in ours)] for name in run))
            file = File(document.path, next((run["harness"] for run in ours if run["harness"]), ""))
            for name in names:
                if any(fnmatchcase(name, pattern) for pattern in left_out):
                    continue
                letters = "".join(run.get(name, "-")[0] for run in native)
                said = [run["subtests"].get(name, ["-", run["harness"]]) for run in ours]
                message = next((message for letter, message in said if letter != "P"), "")
                file.subtests.append(Subtest(name, letters, "".join(letter for letter, _ in said) or "-", message))
            compared.append(file)
        return compared


def write_baseline(comparison, path):
    """One line a subtest, so that a difference between two baselines can be read."""
    lines = ["{"]
    for number, file in enumerate(comparison):
        lines.append(f" {json.dumps(file.path)}: {{")
        rows = [f"  {json.dumps(subtest.name)}: {json.dumps([subtest.native, subtest.redirected])}" for subtest in file.subtests]
        lines.append(",\n".join(rows))
        lines.append(" }" if number == len(comparison) - 1 else " },")
    lines.append("}")
    path.write_text("\n".join(line for line in lines if line) + "\n")


def write_page(comparison, native_runs, reasons, path):
    """docs/conformance.md: the number, and why each of the rest is not there."""
    reasons = json.loads(reasons.read_text()) if reasons.exists() else []

    def why(file, subtest):
        for entry in reasons:
            if fnmatchcase(file.path, entry["file"]) and fnmatchcase(subtest.name, entry.get("subtest", "*")):
                return entry["why"]
        return "not looked into yet: " + " ".join(subtest.message.split())[:160]

    runs = "one run (three are wanted; the machine was too busy for more)" if native_runs == 1 else f"each of {native_runs} runs"
    total = sum(len(file.expected) for file in comparison)
    lost = sum(len(file.lost) for file in comparison)
    lines = [
        "# Conformance", "",
        "The browser's own standard for WebRTC is [web-platform-tests](https://web-platform-tests.org). `Tests/WebPlatform/run.py` runs the "
        "audio part of it in the same Chromium natively and through the extension. "
        "Which files these are, and why others are not, is in `Tests/WebPlatform/selection.json`; every subtest's results are in "
        "`Tests/WebPlatform/baseline.json` (P passed, F failed, T timed out, N not run, - not known; the native runs, then through the "
        "extension). This page is written by the same program.", "",
        f"**Of {total} subtests that native Chromium passes in {runs}, {total - lost} pass through the extension: "
        f"{100 * (total - lost) / max(total, 1):.1f} %.**", "",
        "| Folder | Native | Through the extension |", "|---|--:|--:|",
    ]
    folders = {}
    for file in comparison:
        counts = folders.setdefault(file.path.split("/")[0], [0, 0])
        counts[0] += len(file.expected)
        counts[1] += len(file.expected) - len(file.lost)
    lines += [f"| `{folder}` | {native} | {ours} |" for folder, (native, ours) in folders.items()]
    lines += ["", "## What does not pass, and why", ""]
    for file in comparison:
        if not file.lost:
            continue
        lines += [f"**{file.path}**: {len(file.expected) - len(file.lost)} of {len(file.expected)}", ""]
        grouped = {}
        for subtest in file.lost:
            grouped.setdefault(why(file, subtest), []).append(subtest.name)
        for reason, names in grouped.items():
            shown = "; ".join(" ".join(name.split())[:120] for name in names[:4])
            more = f"; and {len(names) - 4} more" if len(names) > 4 else ""
            lines.append(f"- {reason}  \n  ({shown}{more})")
        lines.append("")
    path.write_text("\n".join(lines))
