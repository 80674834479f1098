"""Findings: what people coded (``tables``), what the program suggests, and how the two meet."""
