"""Judges, limits and the verdict."""
