"""Measured surfaces: height maps read, levelled, and turned into flaws with a depth distribution."""
