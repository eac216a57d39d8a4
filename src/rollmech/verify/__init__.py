"""Scores rollmech against independent references kept as data."""
