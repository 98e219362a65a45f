"""Where messages go to, and the post office that takes them there: late, twice, or in another order if asked to."""

import heapq
import itertools
import logging
import random
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from . import wire
from .accounts import Account
from .cxml_elements import now, timestamp
from .cxml_reader import MASK

_logger = logging.getLogger(__name__)

MOST_TRIES = 4
LONGEST_SECONDS = 3600
# The readings of how Punch-in works, and none.
P1, P2, P3_SETUP, P3_CART = 'p1', 'p2', 'p3-setup', 'p3-cart'
PUNCHIN_READINGS = (P1, P2, P3_SETUP, P3_CART, '')
HELD, WAITING, DELIVERED, REFUSED, FAILED = 'held', 'waiting', 'delivered', 'refused', 'failed'


@dataclass(frozen=True)
class Settings:
    """How one account's messages are delivered, as its group on Amazon would be set up. Without a url none are."""

    url: str = ''
    # basic: user and password by HTTP; secret: the SharedSecret in Sender.
    auth: str = 'basic'
    user: str = ''
    password: str = ''
    secret: str = ''
    # How carts of shopping that started here come to the purchasing system (see punchin.py; empty: not at all), and the
    # address of the purchasing system that the shopper's browser is sent to.
    punchin: str = ''
    punchin_url: str = ''
    # Confirm orders by itself; ship and bill live ones too, each step this long after the one before.
    auto: bool = False
    auto_seconds: float = 4
    # Pay by Invoice: only then Amazon sends invoices by itself.
    invoices: bool = False
    # A test order is cancelled by itself after this long.
    test_cancel_seconds: float = 10
    # After a fault of the transport.
    retry_seconds: float = 5

    @classmethod
    def from_json(cls, values, account):
        """Read the settings that somebody asks for.

        :raise ValueError: with words for whoever asked.
        """
        if not isinstance(values, dict):
            raise ValueError('Settings are a JSON object.')
        unknown = values.keys() - cls.__dataclass_fields__.keys()
        if unknown:
            raise ValueError(f'The settings have no {", ".join(sorted(unknown))}.')
        defaults = asdict(cls(secret=account.shared_secret))
        for name, value in values.items():
            if isinstance(defaults[name], float | int) and not isinstance(defaults[name], bool):
                if type(value) not in (int, float) or not 0 <= value <= LONGEST_SECONDS:
                    raise ValueError(f'{name} must be a number from 0 to {LONGEST_SECONDS}.')
            elif type(value) is not type(defaults[name]):
                raise ValueError(f'{name} must be a {"string" if defaults[name] == "" else "true or false"}.')
        settings = cls(**defaults | values)
        if settings.auth not in ('basic', 'secret'):
            raise ValueError('auth must be basic or secret.')
        if settings.punchin not in PUNCHIN_READINGS:
            raise ValueError(f'punchin must be one of {", ".join(filter(None, PUNCHIN_READINGS))}, or empty.')
        for name in ('url', 'punchin_url'):
            if getattr(settings, name) and not _is_web_address(getattr(settings, name)):
                raise ValueError(f'The {name} must be a web address that begins with http:// or https://.')
        return settings

    def as_json(self):
        return asdict(self) | {name: MASK if getattr(self, name) else '' for name in ('password', 'secret')}


def _is_web_address(text):
    try:
        url = urlsplit(text)
        return url.scheme in ('http', 'https') and bool(url.hostname) and url.port != 0 and text.isascii()
    except ValueError:
        return False


@dataclass
class Attempt:
    made_at: datetime
    answer: wire.Answer

    def as_json(self):
        return {'made_at': timestamp(self.made_at)} | asdict(self.answer)


@dataclass
class Message:
    """A document on its way to the purchasing system."""

    number: int
    kind: str
    account: Account
    # The orders on the desk that it is about.
    orders: tuple[int, ...]
    payload_id: str
    body: bytes
    summary: str
    made_at: datetime
    fault: str | None = None
    held: bool = False
    # How often it is still to be sent.
    under_way: int = 0
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def status(self):
        if self.held:
            return HELD
        if self.under_way or not self.attempts:
            return WAITING
        if self.attempts[-1].answer.is_delivered:
            return DELIVERED
        return REFUSED if self.attempts[-1].answer.is_final else FAILED

    @property
    def answer(self):
        return self.attempts[-1].answer if self.attempts else None


class PostOffice:
    """Sends one message after the other, each when it is due, in the order in which they became due.

    One thread does it all, so that an order of messages that was asked for is the order in which they arrive. It
    lives only while there is something to do.
    """

    def __init__(self, lock, stopping):
        self._changed = threading.Condition(lock)
        self._stopping = stopping
        self._settings = {}
        self._messages = []
        self._jobs = []
        self._sequence = itertools.count()
        self._thread = None
        self._closed = False

    def close(self):
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify_all()

    # === Settings ===

    def settings(self, account):
        with self._changed:
            return self._settings.get(account.identity) or Settings(secret=account.shared_secret)

    def set_up(self, account, settings):
        with self._changed:
            self._settings[account.identity] = settings

    # === Messages ===

    def all(self):
        with self._changed:
            return list(self._messages)

    def find(self, number):
        with self._changed:
            return self._messages[number - 1] if 0 < number <= len(self._messages) else None

    def post(self, kind, account, orders, document, body, summary, fault=None, held=False, times=1, delay=0):
        """Take a message to be sent. While the account has no address it is held.

        :param document: what it says; has its payloadID.
        :param int times: how often it is sent, each time the same.
        :param float delay: seconds until it is due.
        :rtype: Message
        """
        with self._changed:
            message = Message(
                number=len(self._messages) + 1, kind=kind, account=account, orders=tuple(orders),
                payload_id=document.payload_id, body=body, summary=summary, made_at=now(), fault=fault,
                held=held or not self.settings(account).url)
            self._messages.append(message)
            if message.held:
                message.under_way = times
            else:
                for __ in range(times):
                    self._send_later(message, delay)
            return message

    def release(self, numbers=None, order='forward'):
        """Send what is held.

        :param list numbers: which, in this order; all that are held if there are none.
        :param str order: forward, reverse or random, if there are no numbers.
        :raise ValueError: one of them isn't held, or has nowhere to go.
        :rtype: list[Message]
        """
        with self._changed:
            messages = [message for message in self._messages if message.held]
            if numbers is not None:
                held = {message.number: message for message in messages}
                missing = [number for number in numbers if number not in held]
                if missing or len(set(numbers)) != len(numbers):
                    raise ValueError(f'Not held: {", ".join(map(str, missing)) or "the same one twice"}.')
                messages = [held[number] for number in numbers]
            elif order == 'reverse':
                messages.reverse()
            elif order == 'random':
                random.shuffle(messages)
            elif order != 'forward':
                raise ValueError('The order is forward, reverse, random, or a list of message numbers.')
            homeless = {m.account.identity for m in messages if not self.settings(m.account).url}
            if homeless:
                raise ValueError(f'Say first where the messages of {", ".join(sorted(homeless))} go to.')
            for message in messages:
                message.held, times, message.under_way = False, message.under_way, 0
                for __ in range(times):
                    self._send_later(message, 0)
            return messages

    def resend(self, message, fault=None):
        """Send the same document once more.

        :raise ValueError: there is nowhere to send it to.
        """
        with self._changed:
            if message.held:
                raise ValueError('This message is held: release it.')
            if not self.settings(message.account).url:
                raise ValueError(f'Say first where the messages of {message.account.identity} go to.')
            message.fault = fault
            self._send_later(message, 0)

    def wait(self, wanted, seconds):
        """Wait until there is such a message, and none of them is under way any more; what is held counts as settled.

        :param wanted: is true of the messages that are waited for.
        """
        def settled():
            messages = [message for message in self._messages if wanted(message)]
            return self._closed or messages and all(message.status != WAITING for message in messages)

        with self._changed:
            self._changed.wait_for(settled, seconds)

    # === The thread ===

    def later(self, seconds, job):
        """Do something at its time, on the thread that sends the messages."""
        with self._changed:
            if self._closed:
                return
            heapq.heappush(self._jobs, (time.monotonic() + seconds, next(self._sequence), job))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _send_later(self, message, seconds, tries=1):
        message.under_way += 1
        self.later(seconds, lambda: self._send(message, tries))

    def _work(self):
        while True:
            with self._changed:
                if not self._jobs or self._stopping.is_set():
                    self._thread = None
                    self._changed.notify_all()
                    return
                due = self._jobs[0][0] - time.monotonic()
                if due > 0:
                    self._changed.wait(due)
                    continue
                __, __, job = heapq.heappop(self._jobs)
            try:
                job()
            except Exception:
                # The next job must not suffer from it.
                _logger.exception('A message, or a step of its own accord, failed')

    def _send(self, message, tries):
        made_at, settings = now(), self.settings(message.account)
        answer = wire.post(message.account, settings, message.body, message.fault)
        with self._changed:
            message.attempts.append(Attempt(made_at, answer))
            # A fault hits once, so that a test can count on it.
            if not (answer.is_final or message.fault or self._closed) and tries < MOST_TRIES:
                self._send_later(message, settings.retry_seconds, tries + 1)
            message.under_way -= 1
            self._changed.notify_all()
