"""Makes the letters of `tests/letters/first`: `python -m tests.letters.making`."""
