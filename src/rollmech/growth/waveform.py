"""Static growth under a stress that varies in time: g = mean of (stress/peak)^n.

A cycle of peak stress s acts on a power law like g times its duration at s, so the cyclic lifetime is
t_c = t_s / g (Evans & Fuller 1974).
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln


def sampled(stress: np.ndarray, exponent: float) -> float:
    """g of equally spaced samples over whole periods; compression does not count."""
    stress = np.clip(np.asarray(stress, dtype=float), 0.0, None)
    if not stress.max() > 0:
        raise ValueError("a waveform needs some tension")
    return float(np.mean((stress / stress.max()) ** exponent))


def sine(exponent: float) -> float:
    """g of a sine around zero, whose lower half is compression."""
    log = gammaln((exponent + 1) / 2) - gammaln(exponent / 2 + 1)
    return 0.5 * math.exp(log) / math.sqrt(math.pi)


def ripple(exponent: float, relative_amplitude: float, samples: int = 4096) -> float:
    """g of mean x (1 + z sin): a dancer's or a roller's ripple around a mean tension.

    Args:
        exponent: n of the power law.
        relative_amplitude: z, 0 to 1.
        samples: Points over the period; the mean of a periodic function converges exponentially in them.
    """
    if not 0 <= relative_amplitude <= 1:
        raise ValueError(f"relative amplitude {relative_amplitude:g} lies outside 0 to 1")
    angle = 2 * np.pi * (np.arange(samples) + 0.25) / samples
    return float(np.mean(((1 + relative_amplitude * np.sin(angle)) / (1 + relative_amplitude)) ** exponent))


def triangle(exponent: float, low: float = 0.0) -> float:
    """g of straight ramps between ``low`` x peak (>= 0) and the peak."""
    if not 0 <= low < 1:
        raise ValueError(f"low = {low:g} lies outside 0 to 1")
    return (1 - low ** (exponent + 1)) / ((exponent + 1) * (1 - low))


def square(share: float) -> float:
    """g of a load that is on for a share of the time."""
    return share
