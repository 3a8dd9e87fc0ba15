"""Every referral ends, and everybody knows how: calls, mornings, what has no end."""
