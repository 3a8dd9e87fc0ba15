"""The letters of an enquiry as pictures, page by page: staff read them without saving anything.

What a sender attached never reaches a browser. `files.records` makes a harmless PDF of it in a
bounded child, and one more child draws the page that is asked for (decision 044).
"""
