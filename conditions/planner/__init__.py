"""The recovery planner: dates, calendar, questions."""
