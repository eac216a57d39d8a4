"""Weibull statistics of strength: distributions, effective sizes, multiaxial criteria, specimens, fits."""
