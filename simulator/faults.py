"""Faults on request: what can go wrong between two systems, for tests to provoke it."""

from dataclasses import asdict, dataclass

# The targets besides documents: Login with Amazon and the REST APIs.
TOKEN, RECONCILIATION, REPORTING, DOCUMENTS, PRODUCTS = 'token', 'reconciliation', 'reporting', 'documents', 'products'
APIS = (RECONCILIATION, REPORTING, DOCUMENTS, PRODUCTS)
EVERYTHING = ('setup', 'order', TOKEN, *APIS)

# kind: (what happens, the types of documents, whether the document is processed anyway)
KINDS = {
    'slow': ('waits, then answers', EVERYTHING, True),
    'no_answer': ('closes the connection without an answer', EVERYTHING, True),
    'reset': ('resets the connection (TCP RST)', EVERYTHING, True),
    'strict': ('declines orders with 400 that would be rejected later; accepts others', ('order',), True),
    '201': ('answers Status 201', ('order',), True),
    '400': ('answers Status 400', ('setup', 'order'), False),
    '401': ('answers Status 401', ('setup', 'order'), False),
    '400_http': ('answers Status 400 under HTTP 400', ('setup', 'order'), False),
    '401_http': ('answers Status 401 under HTTP 401', ('setup', 'order'), False),
    '500_html': ('answers an HTML page under HTTP 500', EVERYTHING, False),
    'html': ('answers an HTML page under HTTP 200', EVERYTHING, False),
    'malformed': ('answers broken XML under HTTP 200', ('setup', 'order'), False),
    'no_start_page': ('answers 200 without a StartPage', ('setup',), False),
    'invalid_grant': ('answers that the consent was withdrawn', (TOKEN,), False),
    'invalid_client': ('answers that the client secret is wrong', (TOKEN,), False),
    **{f'api_{status}': (f'answers the error of HTTP {status}', APIS, False)
       for status in (400, 401, 403, 404, 413, 415, 429, 500, 503, 504)},
    'cut_json': ('answers half a JSON document', (TOKEN, *APIS), False),
    'strange_json': ('answers JSON of another form', (TOKEN, *APIS), False),
}
# These need the normal answer, so the document is always processed.
KEEP_THE_ANSWER = ('slow', 'strict', '201')
LONGEST_WAIT = 600


@dataclass
class Fault:
    """The next thing to go wrong; `processed` tells whether the document is processed anyway."""

    target: str
    kind: str
    # How many documents it still affects; -1 means all.
    times: int
    seconds: float
    processed: bool

    @classmethod
    def from_json(cls, values):
        """Read a fault from a request.

        :raises ValueError: if it is wrong; its text is shown to the user.
        """
        if not isinstance(values, dict):
            raise ValueError('A fault must be a JSON object.')
        unknown = values.keys() - cls.__dataclass_fields__.keys()
        if unknown:
            raise ValueError(f'A fault has no {", ".join(sorted(unknown))}.')
        kind, target = values.get('kind'), values.get('target')
        if not isinstance(kind, str) or kind not in KINDS:
            raise ValueError(f'The kind must be one of {", ".join(KINDS)}.')
        __, targets, processed = KINDS[kind]
        if target not in targets:
            raise ValueError(f'The target of {kind} must be one of {", ".join(targets)}.')
        times, seconds = values.get('times', 1), values.get('seconds', 5)
        if type(times) is not int or times < -1 or times == 0:
            raise ValueError('times must be a whole number from 1, or -1 for always.')
        if type(seconds) not in (int, float) or not 0 <= seconds <= LONGEST_WAIT:
            raise ValueError(f'seconds must be a number from 0 to {LONGEST_WAIT}.')
        processed = values.get('processed', processed)
        if type(processed) is not bool or (kind in KEEP_THE_ANSWER and not processed):
            raise ValueError(f'processed must be true or false, and {", ".join(KEEP_THE_ANSWER)} need true.')
        return cls(target, kind, times, seconds, processed)


class FaultQueue:
    """The faults that wait for a document; each is used in the order of requests, and only as often as requested."""

    def __init__(self, lock):
        self._lock = lock
        self._waiting = []

    def add(self, fault):
        with self._lock:
            self._waiting.append(fault)

    def clear(self):
        with self._lock:
            self._waiting.clear()

    def all(self):
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def take(self, target):
        with self._lock:
            fault = next((fault for fault in self._waiting if fault.target == target), None)
            if fault is not None and fault.times > 0:
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
            return fault
