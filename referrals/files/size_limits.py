"""How large one attached letter may be, and all of one form together. `quotas` counts the rest."""

MEGABYTE = 1024 * 1024
MOST_FILES = 5
LARGEST_FILE = 10 * MEGABYTE
LARGEST_TOGETHER = 25 * MEGABYTE
