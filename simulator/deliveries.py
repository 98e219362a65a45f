"""Deliver messages to their addresses: late, twice or in another order on request."""

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
# The possible ways of Punch-in, and none.
P1, P2, P3_SETUP, P3_CART = 'p1', 'p2', 'p3-setup', 'p3-cart'
PUNCHIN_READINGS = (P1, P2, P3_SETUP, P3_CART, '')
HELD, WAITING, DELIVERED, DECLINED, FAILED = 'held', 'waiting', 'delivered', 'declined', 'failed'


@dataclass(frozen=True)
class Settings:
    """How a group's messages are delivered, as set up on Amazon: without a url, none are."""

    url: str = ''
    # basic: HTTP Basic with user and password; secret: the SharedSecret in Sender.
    auth: str = 'basic'
    user: str = ''
    password: str = ''
    secret: str = ''
    # How carts of shopping that started here are returned to the purchasing system (see punchin.py; empty: not at all),
    # and the address of the purchasing system that the shopper's browser is sent to.
    punchin: str = ''
    punchin_url: str = ''
    # Confirm orders automatically; ship and bill live ones too, each step this long after the last one.
    auto: bool = False
    auto_seconds: float = 4
    # Pay by Invoice: only then does Amazon send invoices.
    invoices: bool = False
    # Test orders are cancelled automatically after this long.
    test_cancel_seconds: float = 10
    # Time until the next attempt after a transport error.
    retry_seconds: float = 5

    @classmethod
    def from_json(cls, values, account, before=None):
        """Read settings from a request, which changes only what it names.

        A secret that is still hidden is not changed either, so that what was shown can be sent back.

        :param Settings | None before: the present settings

        :raises ValueError: if they are wrong; its text is shown to the user.
        """
        if not isinstance(values, dict):
            raise ValueError('The settings must be a JSON object.')
        unknown = values.keys() - cls.__dataclass_fields__.keys()
        if unknown:
            raise ValueError(f'Unknown settings: {", ".join(sorted(unknown))}.')
        values = {name: value for name, value in values.items() if value != MASK}
        defaults = asdict(before or cls(secret=account.shared_secret))
        for name, value in values.items():
            _check_type(name, value, defaults[name])
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


def _check_type(name, value, default):
    if isinstance(default, bool):
        if type(value) is not bool:
            raise ValueError(f'{name} must be true or false.')
    elif isinstance(default, float | int):
        if type(value) not in (int, float) or not 0 <= value <= LONGEST_SECONDS:
            raise ValueError(f'{name} must be a number from 0 to {LONGEST_SECONDS}.')
    elif type(value) is not str:
        raise ValueError(f'{name} must be a string.')


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
    # The numbers of its orders on the desk.
    orders: tuple[int, ...]
    payload_id: str
    body: bytes
    summary: str
    made_at: datetime
    fault: str | None = None
    held: bool = False
    # How often it must still be sent.
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
        return DECLINED if self.attempts[-1].answer.is_final else FAILED

    @property
    def answer(self):
        return self.attempts[-1].answer if self.attempts else None


class PostOffice:
    """Send messages one after the other, each when it is due, in the order in which they became due.

    One thread sends them all, so that they arrive in the order that was requested. It runs only while there is
    something to do.
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

    # === SETTINGS === #

    def settings(self, account):
        with self._changed:
            return self._settings.get(account.identity) or Settings(secret=account.shared_secret)

    def set_up(self, account, settings):
        with self._changed:
            self._settings[account.identity] = settings

    # === MESSAGES === #

    def all(self):
        with self._changed:
            return list(self._messages)

    def find(self, number):
        with self._changed:
            return self._messages[number - 1] if 0 < number <= len(self._messages) else None

    def post(self, kind, account, orders, document, body, summary, fault=None, held=False, times=1, delay=0):
        """Queue a message; it is held while the group has no address.

        :param document: the document, which has a payloadID.
        :param int times: how often to send it, unchanged.
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
        """Send held messages.

        :param list numbers: the messages, in the order to send them; without any, all that are held.
        :param str order: forward, reverse or random, without numbers.
        :raises ValueError: if one is not held, or has no address.
        :rtype: list[Message]
        """
        with self._changed:
            messages = [message for message in self._messages if message.held]
            if numbers is not None:
                held = {message.number: message for message in messages}
                missing = [number for number in numbers if number not in held]
                if missing or len(set(numbers)) != len(numbers):
                    raise ValueError(f'Not held, or named twice: {", ".join(map(str, missing or numbers))}.')
                messages = [held[number] for number in numbers]
            elif order == 'reverse':
                messages.reverse()
            elif order == 'random':
                random.shuffle(messages)
            elif order != 'forward':
                raise ValueError('The order must be forward, reverse, random or a list of message numbers.')
            unaddressed = {m.account.identity for m in messages if not self.settings(m.account).url}
            if unaddressed:
                raise ValueError(f'Set the address for messages of {", ".join(sorted(unaddressed))} first.')
            for message in messages:
                message.held, times, message.under_way = False, message.under_way, 0
                for __ in range(times):
                    self._send_later(message, 0)
            return messages

    def resend(self, message, fault=None):
        """Send the same document again.

        :raises ValueError: if there is no address to send it to.
        """
        with self._changed:
            if message.held:
                raise ValueError('This message is held. Release it instead.')
            if not self.settings(message.account).url:
                raise ValueError(f'Set the address for messages of {message.account.identity} first.')
            message.fault = fault
            self._send_later(message, 0)

    def wait(self, wanted, seconds):
        """Wait until such messages exist and all of them are delivered, held or given up.

        :param wanted: tells for a message whether to wait for it.
        """
        def settled():
            messages = [message for message in self._messages if wanted(message)]
            return self._closed or messages and all(message.status != WAITING for message in messages)

        with self._changed:
            self._changed.wait_for(settled, seconds)

    # === THREAD === #

    def later(self, seconds, job):
        """Run a job later, in the thread that sends the messages."""
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
                # The next job must run anyway.
                _logger.exception('A message or an automatic step failed')

    def _send(self, message, tries):
        made_at, settings = now(), self.settings(message.account)
        answer = wire.post(message.account, settings, message.body, message.fault)
        with self._changed:
            message.attempts.append(Attempt(made_at, answer))
            # A fault occurs once, so that a test can rely on it.
            if not (answer.is_final or message.fault or self._closed) and tries < MOST_TRIES:
                self._send_later(message, settings.retry_seconds, tries + 1)
            message.under_way -= 1
            self._changed.notify_all()
