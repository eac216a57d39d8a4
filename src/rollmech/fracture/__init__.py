"""Fronts, domain and interaction integrals, stress concentration, influence."""
