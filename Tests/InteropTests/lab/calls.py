"""One call between two sides, with speech in turns, scored both ways."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

from .audio import Score, score
from .pace import Pace, PaceWatch
from .sides import join

SPEECH_AT_ALL = 1.5
"""Noise and silence stay under this."""


@dataclass
class CallReport:
    """What was heard on each side, and whether the machine kept its pace meanwhile."""

    to_called: Score
    to_caller: Score
    caller_figures: dict
    called_figures: dict
    pace: Pace

    def sounds(self, wanted):
        """Whether both directions reach the score. On a machine that was late twice, a score tells of the machine: then only that speech arrived."""
        least = SPEECH_AT_ALL if self.pace.is_late else wanted
        return self.to_called.heard and self.to_caller.heard and min(self.to_called.median, self.to_caller.median) >= least

    def __str__(self):
        return f"to called {self.to_called}, to caller {self.to_caller}; {self.pace}"


async def place_call(make_caller, make_called, turns, *, during=None):
    """Places one call and lets every turn be heard; `during(caller, called)` may look around while it is up.

    The makers give a side that has not joined: `make(role=…, play=…)`. The caller speaks first.
    """
    async with AsyncExitStack() as stack:
        called = await stack.enter_async_context(make_called(role="answer", play=turns.far))
        caller = await stack.enter_async_context(make_caller(role="call", play=turns.near))
        await join(called, caller)
        async with PaceWatch() as watch:
            ended = asyncio.create_task(asyncio.sleep(turns.seconds))
            if during:
                await during(caller, called)
            await ended
            await asyncio.gather(caller.measure(), called.measure())
        await caller.finish()
        await called.finish()
    return CallReport(
        to_called=score(turns.near, called.record), to_caller=score(turns.far, caller.record),
        caller_figures=caller.figures, called_figures=called.figures, pace=watch.pace)


async def place_call_until_sure(make_caller, make_called, turns, *, wanted, **more):
    """Like `place_call`; a call that leaves a doubt is announced and placed once more, with three turns each way.

    One stutter, of the machine or of the browser at the far end, costs a turn up to two points. Of three turns the median counts, so
    that a stutter no longer decides, and a fault of the code still does.
    """
    report = await place_call(make_caller, make_called, turns, **more)
    if report.pace.is_late or not report.sounds(wanted):
        print(f"In doubt: {report}; the call is placed once more, with three turns each way.", flush=True)
        report = await place_call(make_caller, make_called, turns.in_pieces(max(3, turns.pieces)), **more)
    return report
