"""The one exception of the readers."""

_SENTENCES = {
    'not_json': "The answer is not JSON.",
    'too_large': "The answer is larger than {value} bytes.",
    'too_deep': "The values of the answer are nested too deeply.",
    'too_many': "The answer has more than {value} values.",
    'wrong_shape': "The answer is not a JSON object.",
    'missing': "The answer has no {value}.",
    'not_pdf': "The file is not a PDF.",
    'no_event': "There is no event: it needs poNumber or orderId, and trackingId, shipmentId or packageId.",
}


class RestError(ValueError):
    """An answer that can't be read.

    `str()` gives an English sentence; callers that translate build their own from the attributes. Nothing of the answer
    is in it, since an answer may be an access token.

    :param str kind: 'not_json', 'too_large', 'too_deep', 'too_many', 'wrong_shape', 'missing', 'not_pdf' or
        'no_event'
    :param value: the limit, of 'too_large' and 'too_many'; the name of the field, of 'missing'
    """

    def __init__(self, kind, value=''):
        if kind not in _SENTENCES:
            raise TypeError(f"unknown kind of RestError: {kind!r}")
        super().__init__(kind, value)
        self.kind = kind
        self.value = value

    def __str__(self):
        return _SENTENCES[self.kind].format(value=self.value)
