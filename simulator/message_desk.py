"""Process orders as Amazon does and post its messages: on request, or automatically."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from . import billing, fulfilment, shipments, wire
from .billing import BillWish, CreditWish
from .cxml_elements import new_payload_id, now
from .errors import Impossible
from .fulfilment import LineWish
from .invoice_writer import write_invoice
from .message_writers import write_confirmation, write_profile_request, write_ship_notice
from .options import Options, amount, pieces
from .order_checks import ITEM_ERRORS, OUT_OF_STOCK
from .portions import NOTHING, total
from .reasons import CODES

MOST_TIMES = 20
LONGEST_DELAY = 3600
MOST_DAYS = 365
CONFIRMATION, SHIP_NOTICE, INVOICE, CREDIT, CANCELLATION, PROFILE = (
    'confirmation', 'ship notice', 'invoice', 'credit', 'cancellation', 'profile request')


@dataclass(frozen=True)
class Question:
    """A document that concerns no order."""

    payload_id: str
    made_at: datetime


class MessageDesk:
    """The steps that users and scripts can request; each takes JSON and returns the messages that it posted."""

    def __init__(self, lock, post_office, orders, money):
        self._lock = lock
        self._post_office = post_office
        self._orders = orders
        self._money = money

    def act(self, step, order, values):
        """Take one of the steps.

        :param str step: confirm, ship, invoice, credit or cancel.
        :raises ValueError: if it is not possible; its text is shown to the user.
        :rtype: list[simulator.deliveries.Message]
        """
        steps = {'confirm': self._confirm, 'ship': self._ship, 'invoice': self._invoice, 'credit': self._credit,
                 'cancel': self._cancel}
        options = Options(values)
        delivery = _delivery(options)
        with self._lock:
            posted = [self._post(kind, orders, document, body, summary, delivery)
                      for kind, orders, document, body, summary in steps[step](order, options)]
            self._money.follow(order)
            return posted

    def ask_profile(self, account, values):
        """Ask the purchasing system which documents it accepts."""
        options = Options(values)
        delivery = _delivery(options)
        options.done()
        document = Question(new_payload_id(), now())
        return self._post_office.post(PROFILE, account, (), document, write_profile_request(account, document),
                                      'Which documents do you accept?', **delivery)

    def _post(self, kind, orders, document, body, summary, delivery):
        numbers = [order.number for order in orders]
        return self._post_office.post(kind, orders[0].account, numbers, document, body, summary, **delivery)

    # === STEPS === #

    def _confirm(self, order, options):
        wishes = options.lines(lambda value: _line_wish(value, order.account))
        others, update = options.flag('others', True), options.text('update')
        split, anyway = options.take('split'), options.flag('anyway')
        reject, code = options.flag('reject'), options.text('code', None, CODES)
        text = options.text('text')
        options.done()
        if split is not None and not (isinstance(split, list) and all(isinstance(group, list) for group in split)):
            raise Impossible('split must be a list of lists of line numbers.')
        if reject:
            confirmations = [fulfilment.reject_all(order, [code or ITEM_ERRORS], text)]
        elif wishes is None and split is None and not update:
            confirmations = fulfilment.confirm_by_verdict(order)
        else:
            split = split and [list(map(str, group)) for group in split]
            confirmations = fulfilment.confirm(order, wishes or {}, others, split, update, anyway)
        for confirmation in confirmations:
            yield (CONFIRMATION, [order], confirmation, write_confirmation(order, confirmation),
                   _confirmation_words(order, confirmation))

    def _cancel(self, order, options):
        quantities = options.lines(pieces)
        code, text = options.text('code', ITEM_ERRORS, CODES), options.text('text')
        options.done()
        confirmation = fulfilment.cancel(order, quantities, code, text)
        yield (CANCELLATION, [order], confirmation, write_confirmation(order, confirmation),
               _confirmation_words(order, confirmation))

    def _ship(self, order, options):
        values = {
            'lines': options.lines(pieces), 'carrier': options.text('carrier', None),
            'tracking': options.text('tracking', None), 'empty': options.flag('empty'),
            'anyway': options.flag('anyway'),
        }
        days = options.whole('days', None, 0, MOST_DAYS)
        operation = options.text('operation', 'new', ('new', 'update', 'delete'))
        shipment_id = options.text('shipment_id')
        options.done()
        if operation == 'new':
            notice = shipments.ship(order, **values, days=shipments.DAYS_ON_THE_WAY if days is None else days)
        else:
            notice = shipments.change_shipment(order, shipment_id, operation, **values, days=days)
        self._money.shipped(order, notice)
        yield (SHIP_NOTICE, [order], notice, write_ship_notice(order, notice), _shipment_words(notice))

    def _invoice(self, order, options):
        account = order.account
        wishes = options.lines(lambda value: _bill_wish(value, account))
        shipping, discount = options.money('shipping', account), options.money('discount', account, NOTHING)
        others, invoice_id = options.take('orders', []), options.text('invoice_id')
        in_line = options.flag('shipping_in_line')
        options.done()
        others = self._other_orders(order, others)
        made = billing.invoice(order, wishes, shipping, discount, others, invoice_id, in_line)
        self._money.invoiced(made)
        yield INVOICE, [order, *others], made, write_invoice(account, made), _invoice_words(account, made)

    def _credit(self, order, options):
        account = order.account
        wishes = options.lines(lambda value: _credit_wish(value, account))
        values = {
            'shipping': options.money('shipping', account, NOTHING),
            'purpose': options.text('purpose', billing.LINE_LEVEL, billing.PURPOSES),
            'invoice_id': options.text('invoice_id'), 'credit_id': options.text('credit_id'),
            'anyway': options.flag('anyway'),
        }
        options.done()
        made = billing.credit(order, wishes, **values)
        self._money.credited(made)
        yield CREDIT, [order], made, write_invoice(account, made), _invoice_words(account, made)

    def _other_orders(self, order, numbers):
        others = [self._orders.find(number) if type(number) is int else None for number in numbers] \
            if isinstance(numbers, list) else [None]
        if None in others or order in others or any(other.account is not order.account for other in others):
            raise Impossible('orders must be a list of the numbers of other orders of this group.')
        return others

    # === AUTOMATIC STEPS === #

    def order_received(self, order):
        """Take the automatic steps of the group's settings: confirm and cancel a test order, or process a live one."""
        self._money.follow(order)
        settings = self._post_office.settings(order.account)
        if not settings.url:
            return
        if order.request.header.deployment_mode == 'test':
            if settings.auto:
                self._post_office.later(settings.auto_seconds, lambda: self._by_itself(order, ['confirm']))
            self._post_office.later(settings.test_cancel_seconds, lambda: self._by_itself(order, ['cancel']))
        elif settings.auto:
            steps = ['confirm', 'ship', *(['invoice'] if settings.invoices else [])]
            self._post_office.later(settings.auto_seconds, lambda: self._by_itself(order, steps))

    def settings_changed(self, account):
        """Process the orders that arrived before there was an address."""
        for order in self._orders.all():
            if order.account is account and order.fulfilment.is_untouched:
                self.order_received(order)

    def _by_itself(self, order, steps):
        step, *later = steps
        with self._lock:
            untouched = order.fulfilment.is_untouched
        if step == 'confirm' and not untouched:
            return
        try:
            self.act(step, order, {})
        except Impossible:
            # A user at the desk was faster, or there is nothing left to ship.
            return
        if later:
            seconds = self._post_office.settings(order.account).auto_seconds
            self._post_office.later(seconds, lambda: self._by_itself(order, later))


# === OPTIONS === #

def _delivery(options):
    return {
        'times': options.whole('times', 1, 1, MOST_TIMES), 'delay': options.seconds('delay', LONGEST_DELAY),
        'held': options.flag('hold'), 'fault': options.text('fault', None, tuple(wire.FAULTS)),
    }


def _line_wish(value, account):
    if type(value) is int:
        return LineWish(quantity=pieces(value))
    options = Options(value, 'The options of a line')
    days = options.whole('days', None, 0, MOST_DAYS)
    wish = LineWish(
        quantity=options.whole('quantity'), price=options.money('price', account), reject=options.whole('reject', 0),
        backorder=options.whole('backorder', 0), code=options.text('code', OUT_OF_STOCK, CODES),
        text=options.text('text'), delivery_date=None if days is None else now() + timedelta(days=days),
    )
    options.done()
    return wish


def _bill_wish(value, account):
    if type(value) is int:
        return BillWish(quantity=pieces(value))
    options = Options(value, 'The options of a line')
    wish = BillWish(options.whole('quantity'), options.money('price', account),
                    options.money('discount', account, NOTHING))
    options.done()
    return wish


def _credit_wish(value, account):
    if type(value) is not dict:
        return CreditWish(amount=amount(value, 'The amount of a line', account))
    options = Options(value, 'The options of a line')
    wish = CreditWish(options.whole('quantity'), options.money('amount', account), options.flag('returned'))
    options.done()
    return wish


# === SUMMARIES FOR THE DESK === #

def _confirmation_words(order, confirmation):
    kinds = {}
    for status in confirmation.statuses:
        kinds.setdefault(status.kind, []).append(f'{status.quantity} of line {status.line_number}')
    words = {'detail': 'accepted', 'backordered': 'back-ordered', 'reject': 'rejected'}
    said = '; '.join(f'{words[kind]} {", ".join(parts)}' for kind, parts in kinds.items())
    amount_said = f'{total(confirmation.portions):.2f} {order.account.currency}'
    return f'{confirmation.confirm_id or "No Amazon order"}: {said}; {amount_said}'


def _shipment_words(notice):
    shipment = notice.shipment
    lines = ', '.join(f'{quantity} of line {number}' for number, quantity in shipment.lines.items())
    carrier = shipment.carrier or 'No carrier'
    return f'{notice.operation}: {carrier} {shipment.tracking}; {"the whole order" if notice.empty else lines}'


def _invoice_words(account, made):
    purpose = '' if made.purpose == billing.STANDARD else f' {made.purpose}'
    return f'{made.invoice_id}{purpose}: {total(made.portions):.2f} {account.currency}'
