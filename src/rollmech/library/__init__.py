"""K of semi-elliptical cracks of any size in one stack: solved on a grid, interpolated, kept."""
