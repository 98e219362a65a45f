"""Compare the supplier's ledger with the database, by SQL on a fresh connection."""
from collections import Counter
from dataclasses import dataclass, field

OPEN = ('queued', 'unclear', 'refused')


@dataclass
class Verdict:
    """What became of the orders, messages or carts of some runs.

    :ivar counts: orders, lost, doubled, unclear, stuck
    :ivar findings: a sentence for each that was lost, doubled or stuck
    """
    counts: Counter = field(default_factory=Counter)
    findings: list = field(default_factory=list)

    def add(self, other):
        self.counts += other.counts
        self.findings += other.findings

    def find(self, kind, sentence):
        self.counts[kind] += 1
        self.findings.append(f'{kind}: {sentence}')


def orders(driver, names):
    """Judge approved orders after the next undisturbed run of the sender.

    - Lost: Amazon has not all of it, and nothing will send it and nobody was notified; or it counts as sent.
    - Doubled: Amazon has it twice, or will; also if a person reads that Amazon declined what it may have accepted.
    - Stuck: no run will go on with it and no person knows.

    :param Driver driver: the database and the ledger
    :param list[str] names: numbers of the orders
    :rtype: Verdict
    """
    verdict, ledger, rows = Verdict(), {}, {}
    for entry in driver.supplier.entries(*names):
        ledger.setdefault(entry['order'], []).append(entry)
    for name, *row in driver.rows(
        """SELECT purchase_order.name, purchase_order.amazon_state, document.state, document.to_tell,
                  EXISTS (SELECT FROM mail_activity
                            JOIN ir_model_data ON ir_model_data.model = 'mail.activity.type'
                             AND ir_model_data.res_id = mail_activity.activity_type_id
                             AND ir_model_data.module = 'amazon_punchout'
                           WHERE mail_activity.res_model = 'purchase.order' AND mail_activity.active
                             AND mail_activity.res_id = purchase_order.id)
             FROM purchase_order
             JOIN amazon_punchout_document document
               ON document.purchase_order_id = purchase_order.id AND document.document_type = 'OrderRequest'
            WHERE purchase_order.name = ANY(%s)""", list(names),
    ):
        rows.setdefault(name, []).append(row)
    for name in names:
        _judge_order(verdict, name, ledger.get(name, []), rows.get(name, []))
    return verdict


def _judge_order(verdict, name, entries, rows):
    verdict.counts['orders'] += 1
    whole = [entry for entry in entries if entry['whole']]
    what = f"{name}: {rows}, {[(entry['answer'], entry['whole']) for entry in entries]}"
    if len(rows) != 1:
        return verdict.find('doubled' if rows else 'lost', what)
    [(order_state, state, to_tell, is_notified)] = rows
    is_declined = all(entry['accepted'] is False for entry in whole)
    if len(whole) > 1 or (state == 'queued' and whole) or (state == 'refused' and not is_declined):
        return verdict.find('doubled', what)
    if state == 'sent' and not any(entry['accepted'] is not False for entry in whole):
        return verdict.find('lost', what)
    if not whole and state not in OPEN:
        return verdict.find('lost' if state != 'sending' else 'stuck', what)
    if state == 'unclear':
        verdict.counts['unclear'] += 1
    if to_tell or state in ('sending', 'queued') or order_state != state or (state != 'sent' and not is_notified):
        verdict.find('stuck', what)
    return None


def messages(driver, payload_ids, processed=False):
    """Judge messages that were answered with 200 in the end.

    :param Driver driver: the database
    :param list[str] payload_ids: of the messages
    :param bool processed: whether the next run of their scheduled action has ended
    :rtype: Verdict
    """
    verdict, found = Verdict(), {}
    for payload_id, state in driver.rows(
        "SELECT payload_id, state FROM amazon_punchout_document WHERE payload_id = ANY(%s) AND direction = 'in'",
        list(payload_ids),
    ):
        found.setdefault(payload_id, []).append(state)
    for payload_id in payload_ids:
        states = found.get(payload_id, [])
        verdict.counts['orders'] += 1
        if not states:
            verdict.find('lost', payload_id)
        elif len(states) > 1:
            verdict.find('doubled', f'{payload_id}: {states}')
        elif processed and states != ['processed']:
            verdict.find('stuck', f'{payload_id}: {states}')
    return verdict


# What a message leaves behind, once: its query must count one.
_EFFECTS = {
    'confirmation': (
        "SELECT count(*) FROM purchase_order WHERE id = %s AND amazon_state = 'confirmed' AND amount_total = 100.0 "
        "AND (SELECT count(*) FROM purchase_order_line line WHERE order_id = purchase_order.id "
        "AND line.display_type IS NULL) = 1"),
    'ship_notice': (
        "SELECT count(*) FROM amazon_punchout_shipment WHERE purchase_order_id = %s"),
    'invoice': (
        "SELECT count(DISTINCT account_move.id) FROM account_move_line JOIN account_move "
        "ON account_move.id = account_move_line.move_id JOIN purchase_order_line "
        "ON purchase_order_line.id = account_move_line.amazon_purchase_line_id "
        "WHERE purchase_order_line.order_id = %s AND account_move_line.quantity = 10"),
}


def state_of(driver, kind, order_id):
    """Tell what became of a message of acts.store_messages.

    :rtype: str
    """
    [(state,)] = driver.rows("SELECT state FROM amazon_punchout_document WHERE payload_id = %s",
                             f'{kind}.{order_id}@amazon.example')
    return state


def effects(driver, kind, order_ids):
    """Judge what processed messages did to their orders.

    :param str kind: see acts.write_messages
    :param list[int] order_ids: of the orders
    :rtype: Verdict
    """
    verdict = messages(driver, [f'{kind}.{order_id}@amazon.example' for order_id in order_ids], processed=True)
    for order_id in order_ids:
        [(count,)] = driver.rows(_EFFECTS[kind], order_id)
        if count != 1:
            verdict.find('doubled' if count else 'lost', f'the effect of {kind} {order_id} stands {count} times')
    return verdict


def carts(driver, session_ids):
    """Judge carts whose browsers were redirected in the end.

    :param Driver driver: the database
    :param list[int] session_ids: of the shopping trips
    :rtype: Verdict
    """
    verdict = Verdict()
    counts = dict(driver.rows(
        "SELECT amazon_session_id, count(*) FROM purchase_order WHERE amazon_session_id = ANY(%s) GROUP BY 1",
        list(session_ids)))
    for session_id in session_ids:
        verdict.counts['orders'] += 1
        count = counts.get(session_id, 0)
        if count != 1:
            verdict.find('doubled' if count else 'lost', f'shopping trip {session_id} has {count} orders')
    return verdict
