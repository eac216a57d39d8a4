"""Layers on a ribbon: what parts them from it and what cracks them, against what they withstand."""
