from werkzeug.exceptions import HTTPException, RequestEntityTooLarge


class RawBody:
    """Of a dispatcher: bodies of any Content-Type stay as they came, and errors are answered in the sender's format.

    Odoo's dispatcher for plain HTTP reads a body as a form if its Content-Type says so, and answers errors with an HTML
    page.

    :cvar str too_large: what a sender reads of a body that is too large
    :cvar str incomplete: what a sender reads of a body that ended early
    :cvar str not_stored: what a sender reads of an error of Odoo
    """
    too_large = incomplete = not_stored = ''

    @classmethod
    def is_compatible_with(cls, request):
        """Override of `http` to accept any Content-Type: the reader decides."""
        return True

    def dispatch(self, endpoint, args):
        """Override of `http` to leave body and query alone."""
        self.request.params = dict(args)
        return self.request.registry['ir.http']._dispatch(endpoint)

    def handle_error(self, exc):
        """Override of `http` to answer an error in the sender's format."""
        if isinstance(exc, RequestEntityTooLarge):
            return self.answer_error(413, self.too_large)
        if isinstance(exc, HTTPException):
            return self.answer_error(400, self.incomplete)
        return self.answer_error(500, self.not_stored)

    def answer_error(self, status, message):
        """Log and answer an error.

        :param int status: of HTTP
        :param str message: what is wrong, for the sender
        :rtype: odoo.http.Response
        """
        raise NotImplementedError
