"""Finds words in what is public: index, passages, order, spelling."""
