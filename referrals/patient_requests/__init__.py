"""Patients ask to see, correct or erase what the rooms hold, and get an answer within 30 days."""
