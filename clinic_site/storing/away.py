"""What every way into the store raises, so that nobody else need know the library behind it."""


class StoreAway(OSError):
    """The store did not answer, or refused. Whether a file is in it cannot be told now.

    Its words name neither a file nor a key.
    """


class NoAnswer(StoreAway):
    """It took as long as we wait, and nothing came: who waits should not be made to wait again."""
