"""What the interoperability tests share: one signalling server, speech in turns, and a line per score."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from lab.audio import make_turns  # noqa: E402
from lab.far_end import Signalling  # noqa: E402

SPEECH = Path(__file__).resolve().parents[1] / "Resources/speech/sense-48k.wav"


def run(coroutine, timeout=300):
    """A test's asynchronous body, with an end."""
    return asyncio.run(asyncio.wait_for(coroutine, timeout))


@pytest.fixture(scope="session")
def turns(tmp_path_factory):
    """Speech of both sides; NEAREND_TURNS says how many turns each side has."""
    return make_turns(SPEECH, tmp_path_factory.mktemp("speech"), int(os.environ.get("NEAREND_TURNS", "1")))


@pytest.fixture
def tell(capsys):
    """Prints a line now, also when the test passes."""
    def print_now(text):
        with capsys.disabled():
            print(f"\nscore: {text}", flush=True)
    return print_now



@pytest.fixture
def serving():
    """`async with serving() as signalling`."""
    return Signalling
