"""What happens to an order when senders are killed, run at once or meet users: real processes, a real database."""
import re
import socket

import pytest

from lab import postgres, process

from .client import wait_for
from .place import SEND, make_place

ORDERS = 15
GATE = 4711

# Behind a pooler like PgBouncer, each transaction may have another session of the database. Odoo's connections do as
# if: two sessions take turns.
SEND_BEHIND_A_POOLER = """
import psycopg2
from odoo import sql_db

def in_turns(end):
    def in_turn(cursor):
        end(cursor)
        if not hasattr(cursor, '_sessions'):
            other = psycopg2.connect(cursor._cnx.dsn, connection_factory=sql_db.PsycoConnection)
            other.set_isolation_level(cursor._cnx.isolation_level)
            cursor._sessions = [other, cursor._cnx]
        if '_obj' in vars(cursor):
            cursor._sessions.reverse()
            cursor._cnx = cursor._sessions[-1]
            cursor._obj = cursor._cnx.cursor()
    return in_turn

for name in ('commit', 'rollback'):
    setattr(sql_db.Cursor, name, in_turns(getattr(sql_db.Cursor, name)))
sql_db.Cursor._close = lambda cursor, leak=False: sql_db.Cursor.rollback(cursor)

env['amazon.punchout.document']._cron_send()
cr = env.registry.cursor()
cr.execute("SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
           "WHERE datname = current_database() AND locktype = 'advisory'")
print(cr.fetchone()[0])
"""

WITHDRAW = """
buyer = env['res.users'].search([('login', '=', 'buyer')])
order = env['purchase.order'].search([('name', '=', NAME)])
try:
    order.with_user(buyer).button_cancel()
    env.cr.commit()
    print('withdrawn')
except Exception as error:
    print(error)
"""


# As in a request: what conflicts with another transaction is repeated.
APPROVE = """
from odoo.service.model import retrying

order = env['purchase.order'].search([('name', '=', NAME)])
approver = env['res.users'].search([('login', '=', LOGIN)])

def approve():
    order.with_user(approver).button_approve()
    env.flush_all()
    env.cr.execute("SELECT pg_advisory_xact_lock(%s)", [GATE])

try:
    retrying(approve, env)
    print('approved')
except Exception as error:
    print(error)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The database and the supplier of all tests in this module."""
    with make_place(tmp_path_factory.mktemp("supplier"), "processes", ORDERS) as place:
        yield place


@pytest.fixture
def place(made):
    made.supplier.orders.clear()
    made.supplier.may_answer.set()
    yield made
    made.end_processes()
    made.rows("UPDATE amazon_punchout_document SET next_try_at = '2999-01-01' WHERE state = 'queued' RETURNING id")


def test_an_order_whose_sender_was_killed_is_unclear_and_never_sent_again_by_machine(place):
    [name] = place.order()
    place.supplier.may_answer.clear()
    sender = place.start(SEND)
    place.supplier.wait_for(1)
    assert place.states(name) == ('queued', ['sending'])
    sender.kill()
    sender.wait()
    place.run(SEND)
    assert place.states(name) == ('unclear', ['unclear'])
    assert place.chatter(name, "Odoo stopped while the order was being sent") == 1
    activities = place.rows(
        """SELECT count(*) FROM mail_activity activity JOIN purchase_order ON purchase_order.id = activity.res_id
            WHERE activity.res_model = 'purchase.order' AND activity.active AND purchase_order.name = %s""", name)
    assert activities == [(1,)]
    place.run(SEND)
    assert place.states(name) == ('unclear', ['unclear'])
    assert place.supplier.orders == [name]


def test_two_senders_at_once_send_each_order_once(place):
    names = place.order(2)
    place.supplier.may_answer.clear()
    senders = [place.start(SEND), place.start(SEND)]
    place.supplier.wait_for(2)  # both hold one at the same time
    assert sorted(place.supplier.orders) == sorted(names)
    place.run(SEND)  # a third one finds nothing to send and no killed sender
    assert [place.states(name) for name in names] == [('queued', ['sending'])] * 2
    place.supplier.may_answer.set()
    for sender in senders:
        place.finish(sender)
    assert [place.states(name) for name in names] == [('sent', ['sent'])] * 2
    assert sorted(place.supplier.orders) == sorted(names)
    assert [place.chatter(name, "Amazon has received the order") for name in names] == [1, 1]


def test_a_dead_and_a_hanging_group_hold_up_no_other(place):
    """One sender waits for the group that hangs; the other one finds the dead one and sends the healthy one's order."""
    healthy, dead, hung = place.order(3)  # the group that was made first has the first turn
    with socket.create_server(('127.0.0.1', 0)) as hanging:
        hanging.settimeout(60)
        place.lead(hung, hanging.getsockname()[1])
        place.lead(dead, process.free_port())
        first = place.start(SEND)
        connection, _address = hanging.accept()
        with connection:
            place.run(SEND)
            assert place.states(hung) == ('queued', ['sending'])
            assert place.states(dead) == ('queued', ['queued'])
            assert place.states(healthy) == ('sent', ['sent'])
        place.finish(first)
    assert place.states(hung) == ('unclear', ['unclear'])
    assert place.supplier.orders == [healthy]
    assert place.rests(dead, hung) == 2
    assert place.rests(healthy) == 0


def test_the_answer_is_kept_although_a_user_changes_the_order(place):
    [name] = place.order()
    place.supplier.may_answer.clear()
    sender = place.start(SEND)
    place.supplier.wait_for(1)
    person = postgres.connect(place.name)
    person.autocommit = False
    with person.cursor() as cursor:
        cursor.execute("UPDATE purchase_order SET partner_ref = 'mine' WHERE name = %s", [name])
        place.supplier.may_answer.set()
        wait_for(lambda: place.rows(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
            place.name)[0][0], "the sender does not meet the user")
        assert place.states(name) == ('queued', ['sent']), "Amazon's answer is stored before anything else"
        person.commit()  # the sender's change of the order now fails and is repeated
    person.close()
    place.finish(sender)
    assert place.states(name) == ('sent', ['sent'])
    assert place.rows("SELECT partner_ref FROM purchase_order WHERE name = %s", name) == [('mine',)]
    assert place.chatter(name, "Amazon has received the order") == 1
    assert place.supplier.orders == [name]


def test_an_order_that_is_being_sent_can_not_be_withdrawn(place):
    [name] = place.order()
    place.supplier.may_answer.clear()
    sender = place.start(SEND)
    place.supplier.wait_for(1)
    # No transaction stays open while Amazon takes its time, but the one that holds the order. It has done nothing else.
    assert place.rows(
        """SELECT activity.state, locks.locktype, activity.backend_xid IS NULL
             FROM pg_stat_activity activity LEFT JOIN pg_locks locks
               ON locks.pid = activity.pid AND locks.locktype NOT IN ('virtualxid', 'relation')
            WHERE activity.datname = %s AND activity.pid != pg_backend_pid() AND activity.state != 'idle'
              AND activity.backend_type = 'client backend'""",
        place.name) == [('idle in transaction', 'advisory', True)]
    assert "already on its way to Amazon" in place.run(WITHDRAW, NAME=name)
    assert place.states(name) == ('queued', ['sending'])
    place.supplier.may_answer.set()
    place.finish(sender)
    assert place.states(name) == ('sent', ['sent'])


def test_behind_a_pooler_no_lock_stays_on_a_session(place):
    names = place.order(2)
    assert place.run(SEND_BEHIND_A_POOLER) == '0'
    assert [place.states(name) for name in names] == [('sent', ['sent'])] * 2
    assert sorted(place.supplier.orders) == sorted(names)


def test_a_sender_that_loses_its_hold_keeps_the_answer(place):
    """An administrator, or a pooler, ends the transaction that does nothing."""
    [name] = place.order()
    place.supplier.may_answer.clear()
    sender = place.start(SEND)
    place.supplier.wait_for(1)
    assert place.rows(
        """SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database
            WHERE datname = %s AND locktype = 'advisory'""", place.name) == [(True,)]
    place.supplier.may_answer.set()
    place.finish(sender)
    assert place.states(name) == ('sent', ['sent'])
    assert place.supplier.orders == [name]


def test_an_order_that_was_withdrawn_is_not_sent(place):
    [name] = place.order()
    assert place.run(WITHDRAW, NAME=name) == 'withdrawn'
    place.run(SEND)
    assert place.states(name) == ('cancelled', ['cancelled'])
    assert place.supplier.orders == []


def test_an_order_that_is_being_withdrawn_is_passed_over(place):
    """The sender doesn't wait for a user's transaction, and sends the order if that is rolled back."""
    [name] = place.order()
    person = postgres.connect(place.name)
    person.autocommit = False
    with person.cursor() as cursor:
        cursor.execute("SELECT id FROM amazon_punchout_document WHERE state = 'queued' FOR UPDATE")
        place.run(SEND)
        assert place.supplier.orders == []
        person.rollback()
    person.close()
    place.run(SEND)
    assert place.states(name) == ('sent', ['sent'])


def test_two_managers_who_approve_at_once_order_once(place):
    person = postgres.connect(place.name)
    with person.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])

        def waiting(event):
            return place.rows(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event = %s", place.name, event)[0][0]
        first = place.start(APPROVE, NAME=place.cart, LOGIN='manager1', GATE=GATE)
        wait_for(lambda: waiting('advisory'), "the first does not get there")  # everything is done except the commit
        second = place.start(APPROVE, NAME=place.cart, LOGIN='manager2', GATE=GATE)
        wait_for(lambda: waiting('transactionid'), "the second does not meet the first")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [GATE])
    person.close()
    assert place.finish(first) == 'approved'
    # Which of the two the second one meets first: the order, or its request in the outbox.
    assert re.search("has already been approved|has already been handed over to Amazon", place.finish(second))
    [(name, login)] = place.rows(
        """SELECT purchase_order.name, res_users.login FROM purchase_order
             JOIN res_users ON res_users.id = purchase_order.user_id WHERE amazon_cart_ref = %s""", place.cart)
    assert login == 'manager1'
    assert place.states(name) == ('queued', ['queued'])
    assert place.rows("SELECT count(*) FROM stock_picking WHERE origin = %s", name) == [(1,)]
