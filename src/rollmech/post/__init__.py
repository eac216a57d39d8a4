"""Pictures, charts and terminal output, from run folders only."""
