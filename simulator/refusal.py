"""The ways to say no."""


class Refused(Exception):
    """A document that is turned down at once, with the code and words of the cXML Status that says so."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
        self.text = text


class Impossible(ValueError):
    """A step that can't be done; its text says why, for whoever asked."""
