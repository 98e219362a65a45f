"""Why an API of Amazon gave no answer that can be used."""


class ApiFault(Exception):
    """An API gave no answer that can be used. It has a sentence for people, without secrets."""

    def __init__(self, sentence):
        super().__init__(sentence)
        self.sentence = sentence


class ApiLater(ApiFault):
    """Ask again later: nothing is wrong with what was asked.

    :ivar int | None seconds: how long Amazon wants us to wait, if it says so
    """

    def __init__(self, sentence, seconds=None):
        super().__init__(sentence)
        self.seconds = seconds


class ApiClosed(ApiFault):
    """Amazon does not let us use the API; a person must change something first.

    :ivar bool is_login: no API can be used, since Login with Amazon gives no token
    """

    def __init__(self, sentence, is_login=False):
        super().__init__(sentence)
        self.is_login = is_login


class ApiRejected(ApiFault):
    """Amazon declines what was asked; another time it would do the same.

    :ivar int status: of HTTP
    :ivar str | None code: of Amazon's error; without one, another server may have answered
    """

    def __init__(self, sentence, status, code=None):
        super().__init__(sentence)
        self.status = status
        self.code = code
