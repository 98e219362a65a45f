"""Errors of documents and of steps."""


class Declined(Exception):
    """A document that is declined at once, with the code and the text of the cXML Status."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
        self.text = text


class Impossible(ValueError):
    """A step that is not possible; its text tells the user why."""
