"""Design studies: many cases of one kind, their plan, execution and what they say together."""
