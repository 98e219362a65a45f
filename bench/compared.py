"""Compare the steps cart to order, invoice to bill and confirmation with plain ones: `python3 -m lab bench compared`.

CPU time of Odoo's process, without PostgreSQL's, and queries. Both sides work in turns on the same prepared records, in
savepoints that are rolled back, and without the garbage collector. Each time is the best of all rounds.
"""
from __future__ import annotations

import contextlib
import gc
import time
from unittest.mock import patch

HEAD = ("| measured | ours, ms | plain, ms | ratio | ours, queries | plain, queries | aim |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
LINES, ROUNDS = 50, 15


def main(arguments):
    """Make a database with the addon, and measure inside Odoo.

    :param list[str] arguments: how many rounds, 15 by default
    :return: the exit code
    :rtype: int
    """
    from bench.inside import new_database  # inside Odoo there is no lab
    with new_database() as place:
        return place.run(f"from bench.compared import show; show(env, {', '.join(arguments) or ROUNDS})\n")


def show(env, rounds):
    """Measure, and print a table in Markdown.

    :param int rounds: how often each step is done
    """
    print(HEAD)
    for name, aim, (seconds, queries), (plain, plain_queries) in measure(env, rounds):
        print(f"| {name} | {seconds * 1000:.1f} | {plain * 1000:.1f} | {seconds / plain:.2f} | {queries} "
              f"| {plain_queries} | {aim} |", flush=True)


def measure(env, rounds):
    """Measure each step.

    :return: name, aim, CPU seconds and queries of our step, and those of the plain one
    :rtype: Iterator
    """
    from bench.bills import Bills
    from bench.measure import Bench
    bench = Bench(env)
    bills = Bills(bench)
    with rolled_back(env), without_analytic(env):
        steps = prepared(env, bench.receive(LINES)), prepared(env, bench.create_plain(LINES))
        cart = compare(env, rounds, *steps)
    yield f"cart of {LINES} to order ÷ bare create", "1.15", *cart
    with rolled_back(env):
        steps = prepared(env, bills.from_amazon()), prepared(env, bills.from_ubl())
        invoice = compare(env, rounds, *steps)
    yield f"invoice of {LINES} to draft bill ÷ core's UBL import", "0.35", *invoice
    with rolled_back(env):
        confirmed = compare(env, rounds, *confirmation(bench, bills.order()))
    yield f"confirmation of {LINES} ÷ its bare writes", "1.4", *confirmed


def confirmation(bench, order):
    """Return how a confirmation of all lines is processed, and how its values alone are written.

    :param order: a sent `purchase.order`
    """
    from odoo.addons.amazon_punchout import cxml
    from odoo.addons.amazon_punchout.tests.cxml_builder import confirmation_xml, status
    from odoo.addons.amazon_punchout.tools.cart_lock import lifted, lines_lifted
    env = bench.env
    confirmed = status(quantity=2, tax="1.00", shipping="0.10", confirm_id="111-0000000-0000001",
                       delivery_date="2026-03-05T12:00:00Z")
    raw = confirmation_xml(
        order, [(number, 2, confirmed) for number in range(1, LINES + 1)], total=f"{order.amount_total:.2f}",
        shipping=f"{LINES * 0.10:.2f}", tax=f"{LINES:.2f}")
    document = env['amazon.punchout.document'].sudo()._store_message(bench.group, cxml.read_request(raw), raw)

    def process():
        document._process()
        env.flush_all()
        assert document.state == 'processed', document.reason

    with recorded(env) as writes, rolled_back(env):
        process()
    # Only the steps of an order may add to its history.
    writes = [(records, method, values) for records, method, values in writes
              if records._name != 'amazon.punchout.trail']

    def write():
        # All lines are read at once, as they were then.
        ids = {}
        for records, _method, _values in writes:
            ids.setdefault(records._name, set()).update(records.ids)
        with lifted(), lines_lifted():
            for records, method, values in writes:
                records = records.with_env(env(su=True, context=records.env.context))
                getattr(records.with_prefetch(ids[records._name]), method)(values)
            env.flush_all()
    return process, write


@contextlib.contextmanager
def recorded(env):
    """Give a list of what is written and created in a block, except what that writes and creates in turn."""
    from odoo.models import BaseModel
    found, depth = [], 0

    def recording(name, method):
        def call(records, values):
            nonlocal depth
            if not depth and not records._transient:
                found.append((records.browse(records.ids), name, values))
            depth += 1
            try:
                return method(records, values)
            finally:
                depth -= 1
        return call

    with contextlib.ExitStack() as stack:
        for model in {type(env[name]) for name in env.registry}:
            for name in ('write', 'create'):
                if model is not BaseModel:
                    stack.enter_context(patch.object(model, name, recording(name, getattr(model, name))))
        yield found


@contextlib.contextmanager
def without_analytic(env):
    """Let no analytic distribution be looked up: core does so for each line, whatever the addon does."""
    with patch.object(
            type(env['account.analytic.distribution.model']), '_get_distribution', lambda _model, _vals: {}):
        yield


def prepared(env, step):
    """Prepare a step once.

    :param step: a function that prepares something, and one that works with it
    :return: the function that works
    """
    # All trips of the bench have one cookie, by which their carts are found.
    env['amazon.punchout.session'].sudo().search([('state', '!=', 'started')]).cookie_hash = False
    prepare, work = step
    result = prepare()
    return lambda: work(result)


class _Rollback(Exception):
    pass


@contextlib.contextmanager
def rolled_back(env):
    """Undo what happens in a block."""
    env.flush_all()
    env.invalidate_all()
    with contextlib.suppress(_Rollback), env.cr.savepoint():
        yield
        raise _Rollback
    env.cr.precommit.clear()
    env.invalidate_all(flush=False)


def compare(env, rounds, ours, plain):
    """Measure two ways in turns, after one round to warm up.

    :return: the best CPU seconds and the queries of either
    :rtype: tuple[tuple[float, int], tuple[float, int]]
    """
    results = {ours: [], plain: []}
    for _ in range(rounds + 1):
        for work, costs in results.items():
            with rolled_back(env):
                gc.collect()
                gc.disable()
                queries = env.cr.sql_log_count
                start = time.process_time()
                work()
                costs.append((time.process_time() - start, env.cr.sql_log_count - queries))
                gc.enable()
    return tuple(min(costs[1:]) for costs in results.values())
