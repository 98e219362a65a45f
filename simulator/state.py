"""Everything that the simulator keeps, in one place and with one lock."""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from .apis import Apis
from .cxml_elements import now, timestamp
from .deliveries import PostOffice
from .documents import Reports
from .faults import FaultQueue
from .message_desk import MessageDesk
from .money_desk import MoneyDesk
from .orders import OrderDesk
from .trips import TripBook

DECLINED_KEPT = 100


@dataclass(frozen=True)
class DeclinedDocument:
    """A document that was declined at once, which the desk shows to its developer."""

    declined_at: datetime
    target: str
    code: int
    text: str

    def as_json(self):
        return {'declined_at': timestamp(self.declined_at), 'target': self.target, 'code': self.code,
                'text': self.text}


class Amazon:
    def __init__(self):
        # Re-entrant: the order desk reads the trips while it holds the lock.
        self._lock = threading.RLock()
        # Set when the simulator ends, to end slow answers too.
        self.stopping = threading.Event()
        self.post_office = None
        self.reset()

    def reset(self):
        with self._lock:
            if self.post_office:
                self.post_office.close()
            self.trips = TripBook(self._lock)
            self.orders = OrderDesk(self._lock, self.trips)
            self.faults = FaultQueue(self._lock)
            self.post_office = PostOffice(self._lock, self.stopping)
            self.money = MoneyDesk(self._lock, self.post_office, self.orders)
            self.messages = MessageDesk(self._lock, self.post_office, self.orders, self.money)
            self.apis = Apis(self._lock)
            self.reports = Reports(self._lock)
            self.declined = deque(maxlen=DECLINED_KEPT)

    def note_declined(self, target, declined):
        with self._lock:
            self.declined.append(DeclinedDocument(now(), target, declined.code, declined.text))

    def all_declined(self):
        with self._lock:
            return list(self.declined)
