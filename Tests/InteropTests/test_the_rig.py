"""The instruments themselves: a score says what it should for what is known."""

import numpy as np
import soundfile
from conftest import SPEECH

from lab.audio import RATE, make_turns, score


def recording(path, samples):
    soundfile.write(path, samples, RATE, subtype="PCM_16")
    return path


def test_what_arrives_as_it_was_scores_highest_wherever_it_is_found(tmp_path):
    turns = make_turns(SPEECH, tmp_path, 2)
    samples, _ = soundfile.read(turns.near)
    shifted = recording(tmp_path / "shifted.wav", np.concatenate((np.zeros(12345), samples)) * 0.5)
    heard = score(turns.near, shifted)
    assert heard.heard
    assert min(heard.pieces) > 4.5


def test_speech_in_noise_scores_lower(tmp_path):
    turns = make_turns(SPEECH, tmp_path, 2)
    samples, _ = soundfile.read(turns.near)
    noise = np.random.default_rng(1).normal(0, 0.01, len(samples))
    heard = score(turns.near, recording(tmp_path / "noisy.wav", samples + noise))
    assert heard.heard
    assert heard.median < 3


def test_a_turn_that_was_not_heard_counts_as_the_worst(tmp_path):
    turns = make_turns(SPEECH, tmp_path, 2)
    samples, _ = soundfile.read(turns.near)
    samples[len(samples) // 2:] = 0
    heard = score(turns.near, recording(tmp_path / "half.wav", samples))
    assert not heard.heard
    assert heard.pieces[0] > 4.5
    assert heard.pieces[1] == 1.0


def test_the_sides_never_speak_at_once(tmp_path):
    turns = make_turns(SPEECH, tmp_path, 3)
    near, _ = soundfile.read(turns.near)
    far, _ = soundfile.read(turns.far)
    assert len(near) == len(far)
    assert not np.any((np.abs(near) > 1e-4) & (np.abs(far) > 1e-4))
