"""Flaw geometries, one kind a file."""
