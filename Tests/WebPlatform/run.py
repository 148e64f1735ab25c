#!/usr/bin/env python3
"""Runs the audio part of web-platform-tests natively and through the extension, and keeps the difference.

    run.py CHECKOUT [--native N] [--redirected N] [--only PATTERN]... [--jobs N] [--results DIR] [--write]

CHECKOUT: a wpt checkout with the folders of selection.json, resources, common, interfaces, images and media.
--native N, --redirected N: so many runs of each (3 and 1). --only: glob patterns of paths. --results: where the runs are kept, so that
a later run of a part replaces only that part. --write: baseline.json and docs/conformance.md are written from the results.
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "Tests/InteropTests")]

from webplatform.baseline import Results, write_baseline, write_page  # noqa: E402
from webplatform.browser import NativeBrowser, Outcome, RedirectedBrowser, run_document  # noqa: E402
from webplatform.selection import documents  # noqa: E402
from webplatform.server import WebPlatformServer  # noqa: E402


async def run_all(kind, checkout, selected, jobs, speech, keep, verbose):
    """All documents once, several at a time, each tab with an origin of its own so that permissions do not meet."""
    waiting = list(reversed(selected))
    with WebPlatformServer(checkout, jobs) as server:
        async with kind(speech) as browser:
            await browser.prepare(server.origins)

            async def work(origin):
                while waiting:
                    document = waiting.pop()
                    started = time.monotonic()
                    try:
                        outcome = await run_document(browser, origin, document)
                    except Exception as error:  # a tab that crashed is a result
                        outcome = Outcome(f"crashed: {type(error).__name__} {error}")
                    keep(document, outcome)
                    if document.touches_permissions:
                        for name in ("microphone", "camera"):
                            await browser.set_permission(origin, name, "granted")
                    if verbose:
                        letters = "".join(letter for letter, _ in outcome.subtests.values())
                        summary = f"{letters.count('P')}/{len(letters)}"
                        print(f"{summary:>9} {time.monotonic() - started:5.1f} s {document.path} {outcome.harness[:100]}", flush=True)

            await asyncio.gather(*map(work, server.origins))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--native", type=int, default=3, metavar="N")
    parser.add_argument("--redirected", type=int, default=1, metavar="N")
    parser.add_argument("--only", action="append", metavar="PATTERN")
    parser.add_argument("--jobs", type=int, default=3, metavar="N")
    parser.add_argument("--results", type=Path, default=ROOT / ".build-web-platform", metavar="DIR")
    parser.add_argument("--speech", type=Path, default=ROOT / "Tests/Resources/speech/sense-48k.wav")
    parser.add_argument("--lost", action="store_true", help="print each subtest that only native passes")
    parser.add_argument("--keep-better", action="store_true", help="a document's earlier result stands where more of it passed")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()

    checkout = options.checkout.resolve()
    selected = documents(checkout, options.only)
    if not selected:
        parser.error("nothing of that is in the checkout")
    options.results.mkdir(parents=True, exist_ok=True)
    results = Results(options.results)
    runs = [("native", number, NativeBrowser) for number in range(options.native)]
    runs += [("redirected", number, RedirectedBrowser) for number in range(options.redirected)]
    for name, number, kind in runs:
        if not options.quiet:
            print(f"— {name}, run {number + 1}: {len(selected)} documents", flush=True)
        keep = lambda document, outcome: results.keep(name, number, document, outcome, options.keep_better)
        try:
            asyncio.run(run_all(kind, checkout, selected, options.jobs, options.speech, keep, not options.quiet))
        finally:
            results.save()

    comparison = results.compare(selected)
    if options.lost:
        for file in comparison:
            for subtest in file.lost:
                print(f"{file.path}: {subtest.name}\n    {subtest.message[:300]}")
    total = sum(len(file.expected) for file in comparison)
    kept = total - sum(len(file.lost) for file in comparison)
    print(f"{kept} of {total} subtests that native Chromium passes in each run pass through the extension ({100 * kept / max(total, 1):.1f} %)")
    if options.write:
        write_baseline(comparison, HERE / "baseline.json")
        write_page(comparison, results.native_runs, HERE / "reasons.json", ROOT / "docs/conformance.md")


if __name__ == "__main__":
    main()
