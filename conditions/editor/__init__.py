"""The staff side of pages: their buttons, panels and pictures."""
