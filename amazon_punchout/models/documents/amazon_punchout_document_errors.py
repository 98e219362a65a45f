from odoo import api, models


class AmazonPunchoutDocumentErrors(models.Model):
    """Errors of the codecs and of HTTP, in words for people."""
    _inherit = 'amazon.punchout.document'

    @api.model
    def _explain_cxml_error(self, error):
        """Say what is wrong with a document, in the language of the environment.

        :param cxml.CxmlError error: of the codec, whose own text is English only
        :return: a sentence
        :rtype: str
        """
        document = self._type_names().get(error.document, error.document) or self._("document")
        values = {'document': document, 'element': error.element, 'value': error.value}
        sentences = {
            'not_xml': self._("This is not an XML document. Expected: %(document)s.", **values),
            'entities': self._("The %(document)s declares XML entities, which are not allowed.", **values),
            'too_large': self._("The %(document)s is larger than %(value)s bytes.", **values),
            'too_deep': self._("The elements of the %(document)s are nested too deeply.", **values),
            'too_many': self._("The %(document)s has too many elements or attributes.", **values),
            'too_long': self._(
                "The %(document)s has a tag, or a text before its first tag, of more than %(value)s bytes.", **values),
            'wrong_document': self._("This document is of type %(value)s. Expected: %(document)s.", **values),
            'missing': self._("The %(document)s has no %(element)s.", **values),
            # Secrets and cookies come without their value.
            'bad_value': self._("The %(document)s has an invalid value in %(element)s: “%(value)s”.", **values)
            if error.value else self._("The %(document)s has an invalid value in %(element)s.", **values),
            'not_allowed': self._("%(value)s is not allowed in %(element)s of the %(document)s.", **values),
            'mixed_currency': self._(
                "The %(document)s has more than one currency: %(element)s is in %(value)s.", **values),
        }
        return sentences.get(error.kind) or self._(
            "The %(document)s can't be processed (%(kind)s).", kind=error.kind, **values)

    @api.model
    def _explain_rest_error(self, error):
        """Say what is wrong with JSON of Amazon's, in the language of the environment.

        :param rest.RestError error: of the reader, whose own text is English only
        :return: a sentence
        :rtype: str
        """
        sentences = {
            'not_json': self._("It is not JSON."),
            'too_large': self._("It is larger than %s bytes.", error.value),
            'too_deep': self._("Its values are nested too deeply."),
            'too_many': self._("It has too many values."),
            'wrong_shape': self._("It is not a JSON object."),
            'missing': self._("It has no %s.", error.value),
            'not_pdf': self._("It is not a PDF."),
            'no_event': self._(
                "There is no event: it needs poNumber or orderId, and trackingId, shipmentId or packageId."),
        }
        return sentences[error.kind]

    @api.model
    def _explain_http_error(self, error):
        """Say what went wrong between us and Amazon's server, in the language of the environment.

        :param http_post.HttpError error: of the connection or the answer
        :return: the host and what happened, without a full stop: part of a sentence
        :rtype: str
        """
        values = {'host': error.host, 'seconds': error.seconds, 'size': error.size, 'detail': error.detail}
        sentences = {
            'forbidden_address': self._(
                "%(host)s: Odoo may not connect to this host, because its address is not public. If the host is right, "
                "a system administrator can add its network to the system parameter amazon_punchout.allowed_networks",
                **values),
            'connect_timeout': self._("%(host)s: no connection within %(seconds)s seconds", **values),
            'timeout': self._("%(host)s: no answer in time", **values),
            'late': self._("%(host)s: no complete answer within %(seconds)s seconds", **values),
            'too_large': self._("%(host)s: the answer is larger than %(size)s bytes", **values),
            'certificate': self._("%(host)s: the certificate could not be verified", **values),
            'tls': self._("%(host)s: no secure connection (TLS) is possible", **values),
            'unknown_host': self._("%(host)s: the host is not known", **values),
            'unreachable': self._("%(host)s: the host can't be reached", **values),
            'connection_refused': self._("%(host)s: the connection was refused", **values),
            'connection_lost': self._("%(host)s: the connection was lost", **values),
            'bad_address': self._("%(host)s: the web address is not valid", **values),
            'incomplete': self._("%(host)s: the answer is incomplete", **values),
            'not_http': self._("%(host)s: the answer is not HTTP", **values),
        }
        return sentences.get(error.kind) or self._("%(host)s: the connection failed (%(detail)s)", **values)
