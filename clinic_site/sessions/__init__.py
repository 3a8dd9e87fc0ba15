"""Sessions of staff: how long they go on, who ends them, and what was typed when one had ended."""
