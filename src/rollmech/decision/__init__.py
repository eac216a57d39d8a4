"""Decisions: which treatment, and which input matters most; on top of solved or interpolated K."""
