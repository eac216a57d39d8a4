"""Building a surrogate of K: its file, the solves it asks for, what is written of it."""
