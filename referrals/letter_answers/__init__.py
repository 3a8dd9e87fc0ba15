"""Finds in the words of a referral letter the answers to the form, by plain rules, or is silent."""
