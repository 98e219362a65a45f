"""All faults of `bin/test faults`, in the order in which the document lists them."""
import functools
from collections.abc import Callable
from dataclasses import dataclass

from . import judge, kills, machine, network

SUBJECTS = {
    'sender': (kills.Sending, "the sender"),
    'approval': (kills.Approving, "the approval"),
    'receiver': (kills.Receiving, "the receipt of a message"),
    'cart': (kills.Returning, "the return of a cart"),
    'confirmation': (kills.ProcessingConfirmations, "the processing of a confirmation"),
    'ship-notice': (kills.ProcessingShipNotices, "the processing of a ship notice"),
    'invoice': (kills.ProcessingInvoices, "the processing of an invoice"),
    'waking': (kills.Waking, "the processing of an invoice for which a credit memo waits"),
}


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    :ivar name: in the command line
    :ivar title: in the document
    :ivar round: takes the driver and what is left to chance; returns verdicts by place, or one verdict
    :ivar synchronous_commit: of the database
    :ivar runs: how many rounds, in all sittings together
    """
    name: str
    title: str
    round: Callable
    synchronous_commit: str = 'on'
    runs: int = 100

    def verdicts(self, driver, random):
        """Run it once.

        :return: what became of it, by place; the place is empty if there is only one
        :rtype: dict[str, judge.Verdict]
        """
        verdicts = self.round(driver, random)
        return {'': verdicts} if isinstance(verdicts, judge.Verdict) else verdicts


def _of_subjects(round_of, subject_class):
    return lambda driver, random: round_of(driver, random, subject_class(driver, random))


def _all():
    for name, (subject_class, what) in SUBJECTS.items():
        yield Fault(name, f"SIGKILL during {what}", _of_subjects(kills.round_of_kills, subject_class))
    for name, (subject_class, what) in SUBJECTS.items():
        crash, runs = _of_subjects(kills.round_of_crashes, subject_class), subject_class.rounds_of_crashes
        yield Fault(f'{name}-postgres', f"PostgreSQL crashes during {what}", crash, runs=runs)
        yield Fault(
            f'{name}-postgres-off', f"PostgreSQL crashes during {what}, synchronous_commit = off", crash, 'off', runs)
    yield Fault('network', "Amazon or the network fails", network.round_of_network_faults)
    for count in (1, 2, 4, 8):
        yield Fault(
            f'senders-{count}', f"1,000 orders, {count} sender{'s' if count > 1 else ''} at once",
            functools.partial(network.round_of_senders, count=count, orders=1000), runs=1)
    yield Fault('storm-messages', "50 messages at once", network.storm_of_messages)
    yield Fault('storm-repeated', "The same message 20 times at once", network.storm_of_one_message)
    yield Fault('workers', "Messages of 12 orders, four workers, of which two are killed", network.round_of_workers)
    yield Fault('storm-carts', "10 carts at once, five times each", network.storm_of_carts)
    yield Fault('server', "Odoo's own server is killed at any moment", machine.killed_servers, runs=20)
    yield Fault('disk', "PostgreSQL's disk is full", machine.full_disk)
    yield Fault('files-read-only', "The filestore is read-only", machine.read_only_files, runs=20)
    yield Fault('files-full', "No file can grow", machine.full_files, runs=20)
    yield Fault('clock', "The clock is wrong", machine.round_of_clocks, runs=20)
    yield Fault('cron-poison', "Three of six orders can't be read", machine.poisoned_orders, runs=20)
    yield Fault('cron-steps', "A step of the scheduled action fails", machine.failing_steps, runs=20)
    yield Fault('cron-off', "The scheduled action is switched off", machine.switched_off, runs=20)


FAULTS = {fault.name: fault for fault in _all()}
