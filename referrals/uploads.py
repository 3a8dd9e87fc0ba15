"""Files that senders attach: limits, sniffing, private storage."""
