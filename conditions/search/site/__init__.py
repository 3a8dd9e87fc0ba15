"""What of the published pages a search holds: which are live, and each as a search reads it."""
