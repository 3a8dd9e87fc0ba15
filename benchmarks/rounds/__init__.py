"""Servers side by side in one run: each on one core, asked in turns, and judged by ratios."""
