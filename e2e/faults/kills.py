"""Rounds that kill processes, or crash PostgreSQL under them, each at another exact place."""
import re

from . import judge, points
from .child import Failed

MESSAGES_PATH = '/amazon_punchout/cxml'
CART_PATH = '/amazon_punchout/cart'
XML = {'Content-Type': 'text/xml; charset=UTF-8'}
# Instead of a place: at any event.
ANYWHERE = "at any statement, commit or byte"


def round_of_kills(driver, random, subject):
    """Kill one process at each place, one after the other, then let everything run undisturbed.

    :param Driver driver: where
    :param random.Random random: what is left to chance
    :param Subject subject: what the processes do
    :return: what became of it, by place
    :rtype: dict[str, judge.Verdict]
    """
    items = []
    for place in subject.places_to_kill():
        item = subject.begin(place)
        driver.forget_time_outs()
        _start(subject, item, 'kill').end()
        driver.wait_until_alone()
        items.append(item)
    return _verdicts(subject, items)


def round_of_crashes(driver, random, subject):
    """Crash PostgreSQL under processes of which each is at another place; half of them go on afterwards, half die.

    The parameters are those of :func:`round_of_kills`.

    :return: what became of it, by place; the key None counts crashes that lost a commit
    :rtype: dict[str, judge.Verdict]
    """
    children = []
    driver.forget_time_outs()
    # All is made before: what we commit later would bring the commits of the processes to the disk.
    items = [subject.begin(place) for place in subject.places_to_crash(random)]
    for item in items:
        children.append(_start(subject, item, 'hold', len(children)))
    lost = driver.crash(random.choice(('immediate', 'kill')))
    for child in children:
        if child.is_ended:
            continue
        if random.random() < 0.5:
            child.die()
        else:
            child.go_on()
    for child in children:
        if not child.is_ended:
            child.wait()
        child.end()
    verdicts = _verdicts(subject, items)
    for verdict in verdicts.values():
        verdict.counts['lost commits'] += lost
    return verdicts


def _start(subject, item, mode, number=0):
    """Start a process and wait until it has come to its place.

    On a busy machine Odoo's scheduler may end its ten seconds before anything is sent; the next run goes on.

    :return: the process; one that was to stop anywhere may have ended before
    :rtype: driver.Child
    """
    place = item['place']
    for _run in range(20):
        child = subject.start(item, place, mode, number)
        said = child.wait()
        if 'reached' in said or ('result' in said and place == ANYWHERE):
            return child
        child.end()
        if 'result' not in said or not subject.is_scheduled:
            break
    raise Failed(f"“{place}” was not reached: {said.get('error', said)}")


def _verdicts(subject, items):
    subject.driver.wait_until_alone()
    for item in items:
        subject.repeat(item)
    subject.recover()
    verdicts = {}
    for item in items:
        verdict = verdicts.setdefault(item['place'], judge.Verdict())
        verdict.add(item.get('verdict', judge.Verdict()))
        verdict.add(subject.judge(item))
    return verdicts


class Subject:
    """What processes do while they are stopped."""
    places = {}
    # Whether Odoo's scheduler runs it.
    is_scheduled = False
    # So many that each place comes a hundred times.
    rounds_of_crashes = 100

    def __init__(self, driver, random):
        """Begin a round."""
        self.driver = driver
        self.random = random

    def places_to_kill(self):
        """List the places of a round of kills, in an order in which each comes to its own."""
        return list(self.places)

    def places_to_crash(self, random):
        """List the places of a round of crashes, in an order in which no process waits for one that stands still."""
        return list(self.places)

    def begin(self, place):
        """Make what a process works on.

        :rtype: dict
        """
        raise NotImplementedError

    def start(self, item, place, mode, number=0):
        """Start the process; it is the how many-th of those that stand still.

        :rtype: driver.Child
        """
        raise NotImplementedError

    def repeat(self, item):
        """Do what the other side, or a person, does when there was no answer."""

    def recover(self):
        """Let everything run undisturbed."""

    def judge(self, item):
        """Judge what became of it.

        :rtype: judge.Verdict
        """
        raise NotImplementedError


class Sending(Subject):
    """Orders on their way to Amazon, each with a sender of its own."""
    places = points.SENDER
    is_scheduled = True
    rounds_of_crashes = 150
    # Whose mark was not committed leaves the order to the next sender; the others keep theirs.
    _uncommitted = tuple(points.SENDER)[:4]
    # It leaves its order to the next sender, so it comes last.
    _first = "before the order is taken"
    # Its transaction is open, and each sender that begins brings outcomes to their orders.
    _open = "order updated, not committed"

    def places_to_kill(self):
        committed = [place for place in self.places if place not in self._uncommitted]
        self.random.shuffle(committed)
        return [*committed, *self._uncommitted, ANYWHERE]

    def places_to_crash(self, random):
        """Come to late places first or last: a later commit brings earlier ones to the disk, too."""
        places = [place for place in self.places if place not in (self._first, self._open)]
        if random.random() < 0.7:
            return [*places, self._first, self._open]
        marked = places.index("mark committed")
        stored = places.index("outcome written, not committed")
        return [*places[stored:], *places[:marked], *places[marked:stored], self._first]

    def begin(self, place):
        return {'place': place, 'names': self.driver.approved(1)}

    def start(self, item, place, mode, number=0):
        options = {'steps': self.places.get(place, ()), 'mode': mode}
        if place == ANYWHERE:
            options['number'] = self.random.randint(1, self.driver.count_events('send'))
        return self.driver.send(number, **options)

    def recover(self):
        self.driver.send_all()

    def judge(self, item):
        return judge.orders(self.driver, item['names'])


class Approving(Subject):
    """Orders that are being approved; where nothing was committed, the person presses the button again."""
    places = points.APPROVAL

    def begin(self, place):
        [(order_id, _name)] = self.driver.do('make_orders', count=1, approve=False)
        return {'place': place, 'order_id': order_id}

    def start(self, item, place, mode, number=0):
        return self.driver.start('approve', self.places[place], arguments={'order_id': item['order_id']}, mode=mode)

    def repeat(self, item):
        [(state,)] = self.driver.rows("SELECT state FROM purchase_order WHERE id = %s", item['order_id'])
        if state != 'purchase':
            self.driver.do('approve', order_id=item['order_id'])
        [(item['name'],)] = self.driver.rows("SELECT name FROM purchase_order WHERE id = %s", item['order_id'])

    def recover(self):
        self.driver.send_all()

    def judge(self, item):
        return judge.orders(self.driver, [item['name']])


class Receiving(Subject):
    """Messages of Amazon's server, which sends them again until they are answered."""
    places = points.RECEIVER

    def begin(self, place):
        text, payload_id = self.driver.message()
        return {'place': place, 'text': text, 'payload_id': payload_id}

    def start(self, item, place, mode, number=0):
        item['answer'] = self.driver.post_meanwhile(MESSAGES_PATH, data=item['text'], headers=XML)
        return self.driver.start('serve', self.places[place], mode=mode)

    def repeat(self, item):
        """Send again; what was answered with 200 must be here without that."""
        if _is_accepted(item['answer']()):
            item['verdict'] = judge.messages(self.driver, [item['payload_id']])
            item['verdict'].counts['orders'] = 0
        if not _is_accepted(self.driver.post_undisturbed(MESSAGES_PATH, data=item['text'], headers=XML)):
            raise Failed("A message was not accepted when it was sent again.")

    def judge(self, item):
        verdict = judge.messages(self.driver, [item['payload_id']])
        self.driver.rows(
            "UPDATE amazon_punchout_document SET state = 'dismissed', lacks_other_half = NULL WHERE payload_id = %s",
            item['payload_id'])
        return verdict


def _is_accepted(answer):
    return answer is not None and answer.status_code == 200 and bool(re.search(b'<Status code="200"', answer.content))


class Returning(Subject):
    """Carts that browsers bring back; a shopper without an answer reloads the page, which posts the cart again."""
    places = points.CART

    def begin(self, place):
        [(session_id, text)] = self.driver.trips(1)
        return {'place': place, 'session_id': session_id, 'form': {'cxml-urlencoded': text}}

    def start(self, item, place, mode, number=0):
        item['answer'] = self.driver.post_meanwhile(CART_PATH, data=item['form'])
        return self.driver.start('serve', self.places[place], mode=mode)

    def repeat(self, item):
        before = item['answer']()
        if before is not None and before.status_code == 303:
            item['verdict'] = judge.carts(self.driver, [item['session_id']])
            item['verdict'].counts['orders'] = 0
        again = self.driver.post_undisturbed(CART_PATH, data=item['form'])
        if again is None or again.status_code != 303:
            raise Failed(f"A cart was not accepted when it was posted again: {again}")

    def judge(self, item):
        return judge.carts(self.driver, [item['session_id']])


class Processing(Subject):
    """Messages that are being applied to their orders."""
    kind = None
    is_scheduled = True
    rounds_of_crashes = 330

    def __init__(self, driver, random):
        super().__init__(driver, random)
        self.places = points.processing(self.kind)

    def places_to_kill(self):
        return [*self.places, ANYWHERE]

    def places_to_crash(self, random):
        return [random.choice(list(self.places))]  # messages are processed one after the other

    def begin(self, place):
        [order_id] = self.driver.sent_orders(1)
        self.driver.do('store_messages', kind=self.kind, order_ids=[order_id])
        return {'place': place, 'order_id': order_id}

    def start(self, item, place, mode, number=0):
        options = {'steps': self.places.get(place, ()), 'mode': mode}
        if place == ANYWHERE:
            options['number'] = self.random.randint(1, self.driver.count_events(self.kind))
        return self.driver.start('run_cron', arguments={'cron_id': self.driver.processor}, **options)

    def recover(self):
        self.driver.process_all()

    def judge(self, item):
        return judge.effects(self.driver, self.kind, [item['order_id']])


class ProcessingConfirmations(Processing):
    kind = 'confirmation'


class ProcessingShipNotices(Processing):
    kind = 'ship_notice'


class ProcessingInvoices(Processing):
    kind = 'invoice'


class Waking(ProcessingInvoices):
    """Invoices that are being applied while a credit memo waits for each: it must not wait any longer than they do."""

    def begin(self, place):
        [order_id] = self.driver.sent_orders(1)
        for kind in ('credit', 'invoice'):
            self.driver.do('store_messages', kind=kind, order_ids=[order_id])
            if kind == 'credit':
                self.driver.process_all()
                assert judge.state_of(self.driver, kind, order_id) == 'waiting'
        return {'place': place, 'order_id': order_id}

    def judge(self, item):
        verdict = super().judge(item)
        verdict.counts['orders'] += 1
        if (state := judge.state_of(self.driver, 'credit', item['order_id'])) in ('received', 'waiting'):
            verdict.find('stuck', f"the credit memo of {item['order_id']} is {state} although its invoice is here")
        return verdict
