"""Logs that never hold a patient's details or a receipt's token."""

import json
import logging
import re
import traceback

# Receipts and status pages are opened by a token in the path. A link that was pasted in pieces
# holds spaces or slashes, so all that follows goes.
TOKEN_IN_PATH = re.compile(r"(/(?:received|status|no-mail)/).+", re.DOTALL)


def without_secrets(text: str) -> str:
    """Drop query strings and tokens from anything that looks like a path."""
    text = TOKEN_IN_PATH.sub(r"\1…/", text)
    return re.sub(r"(\s|^)(/[^\s?]*)\?\S*", r"\1\2", text)


class PrivateFormatter(logging.Formatter):
    """One JSON object per line.

    Of an exception it keeps the type and the places in the code. The message is left out,
    because database errors quote the values of the row they refused.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["places"] = "; ".join(f"{f.filename}:{f.lineno} {f.name}" for f in frames[-8:])
        return json.dumps(line, ensure_ascii=False)
