"""How large one attached letter may be, and all of one form together. `quotas` counts the rest."""

MEGABYTE = 1024 * 1024
MOST_FILES = 5
LARGEST_FILE = 10 * MEGABYTE
LARGEST_TOGETHER = 25 * MEGABYTE
# As every form tells it where files can be attached.
TAKEN_IN_WORDS = (
    "PDF, JPEG, PNG, TIFF, HEIC, Word (.docx) or RTF, without a password. Up to"
    f" {MOST_FILES} files of {LARGEST_FILE // MEGABYTE} MB each, {LARGEST_TOGETHER // MEGABYTE} MB"
    " together."
)
