"""What staff type in: a referral on paper, a further file, a corrected detail, a note."""
