"""The table as pictures."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  the backend comes first
import numpy as np  # noqa: E402

OURS, THEIRS = "#1b6ca8", "#c98a2b"


def draw(points, reference, folder):
    folder.mkdir(parents=True, exist_ok=True)
    _bars(points, folder / "listening-pesq.png", "PESQ wide-band, mean of the pieces", "ours", "chromium", reference, start=1)
    _bars(points, folder / "listening-delay.png", "waiting in the jitter buffer, ms", "oursWaiting", "chromiumWaiting", reference)
    _bars(points, folder / "listening-concealment.png", "made up, % of samples", "oursConcealed", "chromiumConcealed", reference)


def _bars(points, path, title, ours, theirs, reference, start=0):
    names = list(points)
    places = np.arange(len(names))
    figure, axes = plt.subplots(figsize=(9, 0.42 * len(names) + 1.4))
    for offset, key, label, colour in ((-0.2, ours, "Nearend", OURS), (0.2, theirs, reference, THEIRS)):
        values = [points[name][key] for name in names]
        bars = axes.barh(places + offset, values, 0.38, label=label, color=colour)
        axes.bar_label(bars, fmt="%.2f" if start else "%.1f", padding=2, fontsize=7)
    axes.set_yticks(places, names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(left=start)
    axes.set_title(title, fontsize=10, loc="left")
    axes.legend(fontsize=8, frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
