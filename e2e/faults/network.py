"""Rounds in which the network or Amazon fails, and in which there are many of everything at once."""
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

from lab import process

from . import judge
from .kills import CART_PATH, MESSAGES_PATH, XML, _is_accepted
from .supplier import NETWORK_FAULTS

SENDING = 'odoo.addons.amazon_punchout.models.sending.amazon_punchout_document'
# Seconds that a sender waits in these runs, for the answers that never end.
PATIENCE = {f'{SENDING}.ORDER_TIMEOUT': 1.0}
NO_CONNECTION = "no connection"


def round_of_network_faults(driver, random):
    """Send one order through each way to fail, in any order.

    :rtype: dict[str, judge.Verdict]
    """
    ways = list(NETWORK_FAULTS)
    random.shuffle(ways)
    names = driver.approved(len(ways))
    driver.supplier.fail_next(*ways)
    for cron in range(10):  # a run ends after some seconds
        child = driver.send(cron, constants=PATIENCE)
        child.wait()
        child.end()
        if not driver.supplier.failures_left():
            break
    driver.make_due()
    driver.send_all()
    verdicts = {way: judge.orders(driver, [name]) for way, name in zip(ways, names, strict=True)}
    verdicts[NO_CONNECTION] = _without_connection(driver)
    return verdicts


def _without_connection(driver):
    """Send two orders to an address where nothing listens, then to the supplier."""
    names = driver.approved(2)
    driver.rows("UPDATE amazon_punchout_group SET order_url = %s", f'http://127.0.0.1:{process.free_port()}/order')
    driver.send_all()
    driver.rows("UPDATE amazon_punchout_group SET order_url = %s", f'{driver.supplier.url}/order')
    driver.make_due()
    driver.send_all()
    return judge.orders(driver, names)


def round_of_senders(driver, _random, count, orders):
    """Send many orders with several senders at once.

    :param int count: of senders
    :param int orders: how many
    :rtype: judge.Verdict
    """
    names = driver.approved(orders)

    def work(cron):
        for _run in range(orders):
            child = driver.send(cron)
            child.wait()
            child.end()
            if not driver.rows("SELECT 1 FROM amazon_punchout_document WHERE state = 'queued' LIMIT 1"):
                return

    _at_once([lambda cron=cron: work(cron) for cron in range(count)])
    driver.send_all()
    return judge.orders(driver, names)


# === STORMS === #

WORKERS = 4


def _at_once(calls):
    """Call all at the same moment, wait for them, and return what they return."""
    gate = threading.Barrier(len(calls))

    def call(function):
        gate.wait()
        return function()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


@contextlib.contextmanager
def _workers(driver, requests):
    """Have several processes answer requests, this many in all."""
    served = [requests // WORKERS + (number < requests % WORKERS) for number in range(WORKERS)]
    children = [driver.start('serve', arguments={'requests': each}) for each in served]
    yield
    for child in children:
        child.finish()


def storm_of_messages(driver, _random):
    """Let 50 messages come at once; what was not accepted comes again, as from Amazon."""
    return _storm(driver, [driver.message() for _each in range(50)])


def storm_of_one_message(driver, _random):
    """Let one message come 20 times at once."""
    return _storm(driver, [driver.message()] * 20)


def _storm(driver, messages):
    with _workers(driver, len(messages)):
        answers = _at_once([
            lambda text=text: driver.post(MESSAGES_PATH, data=text, headers=XML) for text, _payload_id in messages])
    payload_ids = list(dict.fromkeys(payload_id for _text, payload_id in messages))
    accepted = {payload_id for (_text, payload_id), answer in zip(messages, answers, strict=True)
                if _is_accepted(answer)}
    verdict = judge.messages(driver, accepted)
    verdict.counts['orders'] = 0
    for text, payload_id in messages:
        if payload_id not in accepted and not _is_accepted(
                driver.post_undisturbed(MESSAGES_PATH, data=text, headers=XML)):
            verdict.find('stuck', f'{payload_id} is not accepted')
    verdict.add(judge.messages(driver, payload_ids))
    driver.rows(
        "UPDATE amazon_punchout_document SET state = 'dismissed', lacks_other_half = NULL WHERE payload_id = ANY(%s)",
        payload_ids)
    return verdict


def round_of_workers(driver, random):
    """Let four workers process three messages of each of 12 orders at once, and kill two of them somewhere."""
    order_ids = driver.sent_orders(12)
    kinds = ['confirmation', 'ship_notice', 'invoice']
    random.shuffle(kinds)
    for kind in kinds:
        driver.do('store_messages', kind=kind, order_ids=order_ids)
    events = sum(map(driver.count_events, kinds))
    driver.forget_time_outs()
    children = [
        driver.start('run_cron', arguments={'cron_id': cron_id}, number=number)
        for cron_id, number in zip(
            driver.processors, (random.randint(1, 4 * events), random.randint(1, 4 * events), None, None), strict=True)]
    for child in children:
        child.wait()  # it dies in the middle, or comes to its end
        child.end()
    driver.wait_until_alone()
    driver.process_all()
    verdict = judge.Verdict()
    for kind in kinds:
        verdict.add(judge.effects(driver, kind, order_ids))
    verdict.counts['orders'] = len(order_ids)
    return verdict


def storm_of_carts(driver, _random):
    """Let 10 carts come back at once, each five times, as after impatient clicks."""
    trips = driver.trips(10)
    posts = trips * 5
    with _workers(driver, len(posts)):
        answers = _at_once([
            lambda text=text: driver.post(CART_PATH, data={'cxml-urlencoded': text}) for _id, text in posts])
    for (_id, text), answer in zip(posts, answers, strict=True):
        if answer is None or answer.status_code != 303:
            driver.post_undisturbed(CART_PATH, data={'cxml-urlencoded': text})
    return judge.carts(driver, [session_id for session_id, _text in trips])
