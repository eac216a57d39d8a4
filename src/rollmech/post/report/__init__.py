"""Reports: one HTML page from a folder, with everything in it and nothing to fetch."""
