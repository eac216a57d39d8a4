"""Flaw populations: from distributions of flaws to breaks per kilometre and limits for inspection."""
