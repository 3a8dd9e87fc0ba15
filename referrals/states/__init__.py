"""What an enquiry can be, and what can be done with it: two tables that every other part reads.

`table` holds one row for each state, verb, outcome and line of the timeline. `shapes` says what a
row must hold; `completeness` refuses, as the site starts, a table in which something is forgotten.
"""
