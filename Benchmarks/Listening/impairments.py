"""What a network does to packets of speech, from a seed."""

import random
from dataclasses import dataclass

PACKET = 0.02
"""Seconds between packets: what the spikes and bursts are told in."""


@dataclass(frozen=True)
class Impairment:
    """Of one direction. Times are milliseconds, shares are 0…1."""

    name: str
    codec: str = "opus"
    loss: float = 0.0
    burst: tuple = ()
    """Lengths of bursts, from and to; with `loss` as the share of packets that is lost in them."""
    delay: float = 50.0
    jitter: float = 0.0
    """Either way of `delay`, evenly spread; packets keep the order of their arrival, whatever it is."""
    reordering: float = 0.0
    """The share of packets that comes 30 ms late, behind the next."""
    duplication: float = 0.0
    spikes: float = 0.0
    """Wi-Fi: every few seconds nothing comes for up to so long, then all at once."""
    step: float = 0.0
    """A path that is by so much longer for ten seconds of every twenty."""
    rate: float = 0.0
    """Kilobits a second of a link that everything queues for, for five seconds of every fifteen; 0 is none."""
    drift: float = 0.0
    """Parts in a million by which the sender's clock seems slower."""


POINTS = {point.name: point for point in [
    Impairment("clean"),
    Impairment("loss 5 %", loss=0.05),
    Impairment("loss 10 %", loss=0.10),
    Impairment("loss 20 %", loss=0.20),
    Impairment("bursts 60–120 ms", loss=0.10, burst=(60, 120)),
    Impairment("jitter ±30 ms", jitter=30),
    Impairment("jitter ±60 ms", jitter=60, delay=80),
    Impairment("loss 10 %, jitter ±30 ms", loss=0.10, jitter=30),
    Impairment("spikes 200 ms", spikes=200),
    Impairment("reordering 5 %, twice 2 %", reordering=0.05, duplication=0.02),
    Impairment("path steps 60 ms", step=60),
    Impairment("rate steps 48 kb/s", rate=48),
    Impairment("drift +200 ppm", drift=200),
    Impairment("drift −200 ppm", drift=-200),
    Impairment("PCMU clean", codec="PCMU"),
    Impairment("PCMU loss 5 %", codec="PCMU", loss=0.05),
    Impairment("PCMU loss 10 %", codec="PCMU", loss=0.10),
    Impairment("PCMU loss 20 %", codec="PCMU", loss=0.20),
    Impairment("PCMU bursts 60–120 ms", codec="PCMU", loss=0.10, burst=(60, 120)),
    Impairment("PCMA loss 10 %", codec="PCMA", loss=0.10),
    Impairment("PCMU jitter ±30 ms", codec="PCMU", jitter=30),
]}


class Network:
    """Says of each packet, in the order they are sent, when its copies arrive."""

    def __init__(self, impairment, seed):
        self._impairment = impairment
        self._random = random.Random(f"{impairment.name} {seed}")
        self._lost_until = -1.0
        self._spike_until = -1.0
        self._link_free = 0.0

    def arrivals(self, sent, size):
        """Seconds, on the clock of `sent`, which begins at 0 with the call; empty where the packet is lost."""
        impairment, uniform = self._impairment, self._random.random
        # All is drawn for every packet, so that one condition does not move another's dice.
        chances = [uniform() for _ in range(8)]
        if impairment.burst:
            mean = sum(impairment.burst) / 2 / 1000
            share = impairment.loss
            if sent > self._lost_until and chances[0] < share / (1 - share) * PACKET / mean:
                shortest, longest = impairment.burst
                self._lost_until = sent - PACKET / 2 + (shortest + (longest - shortest) * chances[1]) / 1000
            is_lost = sent <= self._lost_until
        else:
            is_lost = chances[0] < impairment.loss
        delay = impairment.delay / 1000 + impairment.jitter / 1000 * (2 * chances[2] - 1) + impairment.drift * 1e-6 * sent
        if impairment.step and sent % 20 >= 10:
            delay += impairment.step / 1000
        if chances[3] < impairment.reordering:
            delay += 0.030
        arrival = sent + delay
        if impairment.spikes:
            if sent > self._spike_until and chances[4] < 0.006:
                self._spike_until = sent + impairment.spikes / 1000 * (0.3 + 0.7 * chances[5])
            arrival = max(arrival, self._spike_until + impairment.delay / 1000)
        if impairment.rate and sent % 15 >= 10:
            self._link_free = max(self._link_free, sent) + (size + 28) * 8 / impairment.rate / 1000
            arrival = max(arrival, self._link_free + impairment.delay / 1000)
        if is_lost:
            return []
        return [arrival, arrival + 0.03 * chances[7]] if chances[6] < impairment.duplication else [arrival]
