import json
from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import split_every

from ...tools.charge_events import Relation, combine, order_refs, signature, version_from_json
from ...tools.charge_names import plain_name
from ...tools.charge_plan import (
    ELSEWHERE,
    KNOWN,
    NEW,
    REJECTED,
    Event,
    Plan,
    Pool,
    Reading,
    first,
    foot,
    is_stale,
    marks,
    predecessor,
)
from ...tools.one_at_a_time import one_at_a_time
from ...transactions import INVOICE
from .amazon_punchout_import import TAKING

# So many charges are read, looked up and stored together.
BATCH = 500
# Odoo keeps larger amounts no longer to the cent.
TOO_LARGE = Decimal(10) ** 12


class AmazonPunchoutTransactionStatement(models.Model):
    """What Amazon states, in a report or by an API, becomes charges: each once, in whatever order it comes.

    docs/charges.md tells what is the same charge.
    """
    _inherit = 'amazon.punchout.transaction'

    @api.model
    def _import_statement(self, statement, source, groups=None, report=None, companies=None, fallback=None):
        """Store what a statement says. The same statement again changes nothing.

        :param transactions.Statement statement: what Amazon states
        :param str source: 'report' or 'api'
        :param groups: the `amazon.punchout.group` records that may own it, e.g. those with the API's credentials; by
            default all
        :param report: the `amazon.punchout.import` that it is from
        :param companies: the `res.company` records that the reader may see; by default those of the groups
        :param fallback: the group of what names neither an account group nor a legal entity
        :return: what became of it
        :rtype: Reading
        """
        one_at_a_time(self.env.cr, TAKING)
        reading = self._prepare_reading(statement, source, groups, report, companies, fallback)
        self._import_part(reading, statement.transactions)
        for part in split_every(BATCH, statement.orders):
            self.env['amazon.punchout.reported.order']._take_orders(reading, part)
        for part in split_every(BATCH, statement.invoices):
            self.sudo()._take_invoices(reading, part)
        for part in split_every(BATCH, statement.shipments):
            self.sudo()._take_shipments(reading, part)
        stated_sudo = reading.touched.exists().line_ids  # some may be one with another by now
        self.sudo()._settle_alike(set(filter(None, stated_sudo.mapped('order_ref'))), reading)
        self._wake_booking()
        return reading

    @api.model
    def _plan_statement(self, statement, source, groups=None, report=None, companies=None):
        """Tell what :meth:`_import_statement` would do, and change nothing.

        :rtype: Reading
        """
        reading = self._prepare_reading(statement, source, groups, report, companies)
        reading.is_dry = True
        self._import_part(reading, statement.transactions)
        for part in split_every(BATCH, statement.shipments):
            self.sudo()._take_shipments(reading, part)
        return reading

    @api.model
    def _prepare_reading(self, statement, source, groups=None, report=None, companies=None, fallback=None):
        """Collect what the whole statement is read with.

        :rtype: Reading
        """
        groups_sudo = self.env['amazon.punchout.group'].sudo().with_context(active_test=False)
        # pylint: disable-next=no-search-all  # there are few groups
        groups_sudo = groups_sudo.search([]) if groups is None else groups.sudo()
        companies_sudo = groups_sudo.company_id if companies is None else companies.sudo()
        return Reading(
            statement=statement, source=source, groups=groups_sudo, companies=companies_sudo,
            report=(self.env['amazon.punchout.import'] if report is None else report).sudo(),
            fallback=fallback or (report.sudo().group_id if report else groups_sudo.browse()),
            names=groups_sudo._charge_names(),
            net_totals={
                each.order_ref: each.net_total for each in statement.orders
                if each.net_total is not None and not each.cancelled},
            touched=self.sudo().browse(), concerned=companies_sudo.browse())

    @api.model
    def _import_part(self, reading, transactions):
        """Store some charges of a statement.

        :param Reading reading: the statement
        :param transactions: those of its transactions that are read now
        """
        transactions_sudo = self.sudo().with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True)
        for part in split_every(BATCH, transactions):
            plans = transactions_sudo._plan_part(reading, part)
            if not reading.is_dry:
                transactions_sudo._store_part(reading, plans)
            for plan in plans:
                transactions_sudo._count(reading, plan)
            transactions_sudo._count_booked(reading, plans)

    # === PLANNING === #

    def _plan_part(self, reading, part):
        """Decide what becomes of some charges.

        :rtype: list[Plan]
        """
        plans = [
            self._plan_owner(reading, Plan(stated, group=reading.groups.browse())) for stated in part]
        self._reject(reading, plans)
        pending = [plan for plan in plans if plan.outcome == NEW]
        self._fetch_net_totals(reading, pending)
        pool = Pool(reading.statement.kind, [*self._known_events(reading, pending), *reading.added])
        rest, late = [], []
        for plan in pending:  # what is proven comes first, so that an alike one takes no other's place
            event = first(pool.find(plan.stated, plan.company_id), Relation.SAME)
            if event:
                self._take(reading, plan, event)
            else:
                rest.append(plan)
        for plan in rest:
            found = pool.find(plan.stated, plan.company_id)
            if event := first(found, Relation.ALIKE, is_free=True):
                self._take(reading, plan, event)
            else:
                late.append(plan)
        for plan in late:
            found = pool.find(plan.stated, plan.company_id)
            if event := first(found, Relation.SAME) or first(found, Relation.OUTDATED, is_free=True):
                self._take(reading, plan, event)
            elif event := first(found, Relation.UNSURE, is_free=True) or first(found, Relation.UNSURE):
                self._plan_unsure(reading, plan, event, pool)
            else:
                self._plan_new(reading, plan, pool)
        return plans

    def _plan_owner(self, reading, plan):
        """Find the group and the company to which a charge or an order belongs.

        Names of several groups of one company are no doubt about the company.

        :param Reading reading: the statement
        :param Plan plan: of what states an account group and a legal entity, or neither
        :rtype: Plan
        """
        stated = plan.stated
        named = [
            (kind, text) for kind, text in (
                ('account_group', stated.account_group), ('legal_entity', stated.company_name)) if text]
        groups = reading.groups.browse()
        found = []
        for kind, text in named:
            each = reading.names.get((kind, plain_name(text)), groups)
            each = each.filtered(lambda group: group.company_id in reading.companies) or each
            if each:
                found.append(each)
        if not named and reading.fallback:
            found = [reading.fallback.sudo()]
        companies = [each.company_id for each in found]
        if not found:
            plan.attention = 'no_company'
        elif any(len(each) > 1 for each in companies) or companies[0] != companies[-1]:
            plan.attention = 'two_companies'
        elif companies[0] not in reading.companies:
            plan.outcome, plan.company_id = ELSEWHERE, companies[0].id
        else:
            plan.group, plan.company_id = found[0][:1], companies[0].id
        return plan

    def _holders(self, reading):
        """Find the companies to which a charge may belong as long as nothing tells which.

        :return: the `res.company` records
        """
        return (reading.groups.company_id & reading.companies) or reading.companies

    def _reject(self, reading, plans):
        """Put aside what Odoo can't keep."""
        codes = {plan.stated.currency for plan in plans} - reading.currencies.keys()
        if codes:
            reading.currencies.update(self._currencies(codes))
        for plan in plans:
            if plan.outcome != NEW:
                continue
            if plan.stated.currency not in reading.currencies:
                plan.outcome = REJECTED
                plan.reason = self._("Odoo does not know the currency “%s”.", plan.stated.currency)
            elif plan.stated.amount >= TOO_LARGE:
                plan.outcome = REJECTED
                plan.reason = self._("The amount %s is too large.", plan.stated.amount)

    def _currencies(self, codes):
        """Find currencies, active or not.

        :rtype: dict[str, odoo.models.Model]
        """
        currencies = self.env['res.currency'].with_context(active_test=False).search([('name', 'in', list(codes))])
        return {currency.name: currency for currency in currencies}

    def _known_events(self, reading, plans):
        """Find what is known of the orders and the identifiers of some charges.

        :rtype: list[Event]
        """
        wanted = defaultdict(set)
        for plan in plans:
            for name, value in marks(plan.stated):
                wanted[name].add(value)
            wanted['order'].update(order_refs(plan.stated))
        if not wanted:
            return []
        lines = self.env['amazon.punchout.transaction.line']._read_group(
            [('order_ref', 'in', list(wanted['order']))], ['transaction_id'])
        transactions = self.browse(transaction.id for transaction, in lines)
        for name, values in (('signature', 'signature'), ('transaction_ref', 'transaction_id'),
                             ('charge_identifier', 'charge_identifier')):
            if wanted[values]:
                transactions |= self.search([(name, 'in', list(wanted[values]))])
        scope = set(transactions.filtered(lambda each: each._is_in_scope(reading)).ids)
        own = self._ids_of_report(reading.report, transactions) | reading.taken
        # What is held for others is never booked, and what its company knows already is found once it is assigned.
        return [transaction._as_event(transaction.id in own, is_foreign=transaction.id not in scope)
                for transaction in transactions.sorted('id') if transaction.id in scope or transaction.company_id]

    def _is_in_scope(self, reading):
        """Tell whether a statement may change this charge: all of its companies are the reader's.

        :rtype: bool
        """
        return (self.company_id or self.holder_company_ids) <= reading.companies

    def _ids_of_report(self, report, transactions):
        """Find which charges an imported report has stated already, in an earlier batch.

        :rtype: set[int]
        """
        if not report or not transactions:
            return set()
        self.env.cr.execute(
            "SELECT transaction_id FROM amazon_punchout_transaction_import_rel"
            " WHERE import_id = %s AND transaction_id = ANY(%s)", [report.id, transactions.ids])
        return {row[0] for row in self.env.cr.fetchall()}

    def _versions(self):
        """Read all that Amazon has stated about this charge.

        :rtype: list[Version]
        """
        return [version_from_json(each) for each in json.loads(self.raw or '[]')]

    def _as_event(self, is_taken=False, is_foreign=False):
        """Give this charge as what is known.

        :param bool is_taken: whether the statement that is read has stated it already
        :param bool is_foreign: whether the reader of the statement has no access to it
        :rtype: Event
        """
        versions = self._versions()
        is_waiting = self.attention == 'alike'
        return Event(
            known=combine(versions), record=self, company_id=self.company_id.id or 0, is_taken=is_taken,
            dates=frozenset((version.kind, version.stated.date) for version in versions),
            past=frozenset(signature(version.stated) for version in versions),
            is_doubtful=is_waiting or self.state == 'dismissed', is_waiting=is_waiting, is_foreign=is_foreign,
            references=frozenset(filter(None, (version.stated.payment_reference for version in versions))))

    def _fetch_net_totals(self, reading, plans):
        """Add what earlier statements say about the totals of orders."""
        wanted = {order for plan in plans for order in order_refs(plan.stated)} - reading.net_totals.keys()
        orders = self.env['amazon.punchout.reported.order'].search_fetch(
            [('amazon_order_ref', 'in', list(wanted)), ('is_cancelled', '=', False), ('has_net_total', '=', True),
             ('company_id', 'in', [*reading.companies.ids, False])],
            ['amazon_order_ref', 'net_total'])
        for order in orders:
            reading.net_totals[order.amazon_order_ref] = Decimal(str(order.net_total))

    def _target(self, reading, stated):
        """Give what the orders of a charge cost together.

        :return: None if that is not known of each
        :rtype: Decimal | None
        """
        totals = [reading.net_totals.get(order) for order in order_refs(stated)]
        return sum(totals, Decimal()) if totals and None not in totals else None

    def _take(self, reading, plan, event):
        """Note that a charge is one that is known. It stays in its company, whatever its name says now."""
        event.is_taken = True
        if event.record:
            reading.taken.add(event.record.id)
        if event.company_id and event.company_id != plan.company_id:
            plan.company_id, plan.attention = event.company_id, None
            plan.group = event.record.group_id if event.record else plan.group
        if event.is_foreign:
            plan.outcome = ELSEWHERE
        else:
            plan.outcome, plan.event = KNOWN, event

    def _plan_unsure(self, reading, plan, event, pool):
        """Decide by the sums of its orders about a charge that is alike, but has another reference or date."""
        settles = plan.stated.settled and not event.known.settled and not event.is_taken
        outcome = None
        if plan.stated.settled and not settles:
            outcome = foot(plan.stated, pool.of_orders(plan.stated), self._target(reading, plan.stated))
        if outcome == KNOWN or settles or not plan.stated.settled or event.is_foreign and outcome is None:
            self._take(reading, plan, event)
            return
        if outcome is None:
            plan.attention = plan.attention or 'alike'
        self._add(reading, plan, pool, is_footed=outcome == NEW)

    def _plan_new(self, reading, plan, pool):
        """Decide about a charge that is like none: it replaces an authorization, is outdated, or is new."""
        events = pool.of_orders(plan.stated)
        if plan.stated.settled:
            if event := predecessor(plan.stated, events):
                self._take(reading, plan, event)
                return
        elif is_stale(plan.stated, events, self._target(reading, plan.stated)):
            plan.outcome = KNOWN
            return
        self._add(reading, plan, pool)

    def _add(self, reading, plan, pool, is_footed=False):
        """Remember a new charge for the rest of the statement."""
        doubts = set(plan.stated.doubts) - ({'maybe_restated'} if is_footed else set())
        if plan.stated.settled and doubts:
            plan.attention = plan.attention or 'doubtful'
        plan.event = event = Event(
            known=plan.stated, company_id=plan.company_id, is_taken=True,
            dates=frozenset([(reading.statement.kind, plan.stated.date)]),
            is_doubtful=plan.attention == 'alike', is_waiting=plan.attention == 'alike')
        pool.add(event)
        if reading.is_dry:
            reading.added.append(event)

    def _count(self, reading, plan):
        """Count the rows of a charge by what becomes of them."""
        reading.note(plan.outcome, plan)
        reading.concerned |= reading.companies.browse(plan.company_id) if plan.company_id else self._holders(reading)
        if plan.outcome == REJECTED:
            reading.rejected.append(plan)
        if plan.outcome not in (NEW, KNOWN):
            return
        if not plan.stated.settled:
            reading.note('unsettled', plan)
        if plan.attention in ('alike', 'doubtful'):
            reading.note('unsure', plan)
        if plan.attention in ('no_company', 'two_companies'):
            reading.note('held', plan)
            self._count_nameless(reading, plan)

    def _count_nameless(self, reading, plan):
        """Count the rows of names that no group has, so that an administrator can assign them."""
        stated = plan.stated
        name = next(((kind, text) for kind, text in (
            ('account_group', stated.account_group), ('legal_entity', stated.company_name)) if text), ('', ''))
        reading.unknown_names[name] += len(stated.rows) or 1

    def _count_booked(self, reading, plans):
        """Count the rows of new charges that are booked by themselves, and of those that were bought outside."""
        plans = [plan for plan in plans if plan.outcome == NEW and plan.stated.settled and not plan.attention]
        for plan, is_ours in zip(plans, self._are_ours(plans), strict=True):
            if not is_ours:
                reading.note('outside', plan)
            else:
                reading.note('by_invoice' if plan.stated.instrument == INVOICE else 'to_book', plan)
