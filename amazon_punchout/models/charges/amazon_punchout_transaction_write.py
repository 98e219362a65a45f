import json
from dataclasses import replace

from odoo import models
from odoo.fields import Command

from ...tools.charge_events import (
    ITEMS_DIFFER,
    combine,
    is_correction,
    line_total,
    order_refs,
    says_the_same,
    signature,
    to_json,
    totals_of_orders,
)
from ...tools.charge_plan import Plan
from ...tools.sentences import joined, shown_amount
from .amazon_punchout_transaction import OPEN_STATES

PARTS = ('items', 'shipping', 'tax', 'discount', 'fees', 'total')
# The fields that have the name of their value; texts that are absent are False.
SAME_NAMES = (
    'kind', 'date', 'feed_date', 'instrument', 'instrument_text', 'last_digits', 'statement_number',
    'charge_identifier', 'payment_reference', 'invoice_number', 'account_group', 'buyer', 'buyer_email', 'marketplace')
# What is not altered once it is posted.
POSTED_NAMES = (
    'kind', 'amount', 'currency_id', 'is_settled', 'amazon_order_ref', 'signature', 'line_ids')
# What decides which bill is that of a charge, or whether it becomes one.
BILLED_BY = ('invoice_number', 'instrument')
LINE_NAMES = (
    'order_ref', 'purchase_order_number', 'line_number', 'order_line_item_id', 'asin', 'title', 'seller', 'unspsc',
    'shipment_id', 'shipment_date', 'refund_reason')


class AmazonPunchoutTransactionWrite(models.Model):
    """What Amazon states, as values of records."""
    _inherit = 'amazon.punchout.transaction'

    # === NEW ONES === #

    def _prepare_new_vals(self, reading, plan, ordinals):
        """Prepare the values of a charge that is not known.

        :param Reading reading: the statement
        :param Plan plan: what becomes of it
        :param dict ordinals: of :meth:`_next_ordinals`
        :rtype: dict
        """
        version = self._prepare_version(reading, plan.stated)
        vals = {
            **self._prepare_event_vals(plan.stated, reading.currencies[plan.stated.currency]),
            'source': reading.source,
            'raw': json.dumps([to_json(version)]),
            **self._prepare_owner_vals(reading, plan),
            **self._prepare_attention_vals(plan),
        }
        key = vals['company_id'] or 0, vals['signature']
        vals['ordinal'] = ordinals[key] = ordinals.get(key, 0) + 1
        return vals

    def _prepare_owner_vals(self, reading, plan):
        """Prepare whose a charge is, or who may see it as long as that is not known.

        :rtype: dict
        """
        if plan.company_id:
            return {'company_id': plan.company_id, 'group_id': plan.group.id,
                    'holder_company_ids': [Command.clear()]}
        return {'company_id': False, 'group_id': False,
                'holder_company_ids': [Command.set(self._holders(reading).ids)]}

    def _prepare_attention_vals(self, plan):
        """Prepare the sentence about what a person has to decide about a new charge.

        :rtype: dict
        """
        stated = plan.stated
        sentences = {
            'no_company': self._(
                "No Amazon group has the account group or legal entity “%s”. An Amazon administrator can press Assign "
                "to Group.",
                stated.account_group or stated.company_name)
            if stated.account_group or stated.company_name else self._(
                "Amazon does not say to which account group it belongs. An Amazon administrator can press Assign to "
                "Group."),
            'two_companies': self._(
                "The account group “%(group)s” and the legal entity “%(entity)s” belong to several companies. An "
                "Amazon administrator can correct the names on the Amazon groups, then press Assign to Group.",
                group=stated.account_group or "", entity=stated.company_name or ""),
            'alike': self._(
                "Amazon states an equal charge of the same order under another reference or date. If both were "
                "charged, press Confirm. If Amazon only states one charge again, press Dismiss."),
        }
        if plan.attention == 'doubtful':
            doubts = [self.env['amazon.punchout.import']._row_problem(code) for code in stated.doubts]
            sentences['doubtful'] = joined(" ", [*doubts, self._(
                "If the amount is right, press Confirm. Otherwise, press Dismiss.")])
        if not plan.attention:
            return {'state': 'new', 'attention': False, 'problem': False}
        return {'state': 'attention', 'attention': plan.attention, 'problem': sentences[plan.attention]}

    def _prepare_event_vals(self, event, currency):
        """Prepare the values of an event, without its owner and its state.

        :param Transaction event: all that Amazon states about it
        :param currency: the `res.currency` of its amounts
        :rtype: dict
        """
        refs = order_refs(event)
        sellers = dict.fromkeys(line.seller for line in event.lines if line.seller)
        return {
            **{name: getattr(event, name) or False for name in SAME_NAMES},
            'amount': float(event.amount),
            'currency_id': currency.id,
            'is_settled': event.settled,
            'is_over_refund': event.over_refund,
            'transaction_ref': event.transaction_id or False,
            'legal_entity': event.company_name or False,
            'amazon_order_ref': ", ".join(refs) or False,
            'seller': ", ".join(sellers) or False,
            'signature': signature(event),
            'line_ids': [Command.clear(), *(
                Command.create(self._prepare_line_vals(line, place)) for place, line in enumerate(event.lines, 1))],
        }

    def _prepare_line_vals(self, line, place):
        """Prepare the values of a line.

        :param TransactionLine line: what Amazon states
        :param int place: from 1
        :rtype: dict
        """
        return {
            **{name: getattr(line, name) or False for name in LINE_NAMES},
            **{name: float(getattr(line, name) or 0) for name in PARTS},
            'total': float(line_total(line)),
            'quantity': float(line.quantity or 0),
            'unit_price': float(line.unit_price or 0),
            'tax_rate': float((line.tax_rate or 0) * 100),
            'is_shared': line.shared,
            'stated_parts': ",".join(name for name in PARTS if getattr(line, name) is not None) or False,
            'sequence': place,
        }

    # === KNOWN ONES === #

    def _absorb(self, reading, plan):
        """Add what is stated again to a charge that is known.

        :param Reading reading: the statement
        :param Plan plan: what came
        :return: whether the charge has changed
        :rtype: bool
        """
        self.ensure_one()
        versions = self._versions()
        has_owner = self._absorb_owner(reading, plan)
        version = self._prepare_version(reading, plan.stated)
        place = next((place for place, each in enumerate(versions) if (each.source, each.kind) == (
            version.source, version.kind) and says_the_same(each.stated, version.stated)), None)
        if place is not None:
            if len(versions) > 1 and version.imports and version.imports[0] not in versions[place].imports:
                versions[place] = replace(versions[place], imports=versions[place].imports + version.imports)
                self.raw = json.dumps([to_json(each) for each in versions])
            return has_owner
        if len(versions) == 1 and versions[0].imports:
            imports = tuple(sorted({*versions[0].imports, *self.import_ids.ids}))
            versions[0] = replace(versions[0], imports=imports)
        return self._apply_versions([*versions, version]) or has_owner

    def _absorb_owner(self, reading, plan):
        """Give a held charge to the company that a later statement names.

        :rtype: bool
        """
        if self.company_id or not plan.company_id:
            return False
        vals = self._prepare_owner_vals(reading, plan)
        if self.attention in ('no_company', 'two_companies'):
            vals.update(state='new', attention=False, problem=False)
        self.write({**vals, 'ordinal': self._next_ordinal(plan.company_id, self.signature)})
        return True

    def _next_ordinal(self, company_id, text):
        """Give the next number among alike charges.

        :param int company_id: of the company
        :param str text: their signature
        :rtype: int
        """
        highest = self._read_group(
            [('company_id', '=', company_id), ('signature', '=', text)], [], ['ordinal:max'])[0][0]
        return (highest or 0) + 1

    def _apply_versions(self, versions):
        """Make of all versions what the charge is. What is posted is not altered.

        :param list[Version] versions: all that is stated about it, the newest last
        :return: whether the charge has changed
        :rtype: bool
        """
        self.ensure_one()
        before, after = combine(self._versions()), combine(versions)
        vals = {'raw': json.dumps([to_json(each) for each in versions])}
        is_corrected, is_posted = is_correction(before, after), self._is_posted()
        if is_corrected and is_posted:
            # Once a person has pressed Done, the books may say something else than this charge.
            if self.attention != 'changed' or not self._is_as_posted(after):
                self.write({**vals, **self._prepare_changed_vals(after)})
                return False
            vals.update(state='booked', problem=False)
            self.message_post(body=self.env._("Amazon states again what is posted."))
        event_vals = self._prepare_event_vals(after, self._currencies({after.currency})[after.currency])
        if is_posted:
            event_vals = {name: value for name, value in event_vals.items() if name not in POSTED_NAMES}
        elif self._keeps_lines(before, after):
            del event_vals['line_ids']
        is_billed = bool(self.bill_ids or self.credit_ids)
        is_anew = is_corrected or 'line_ids' in event_vals or bool(self.order_ids) and any(
            self[name] != event_vals[name] for name in BILLED_BY)
        if event_vals.get('signature', self.signature) != self.signature:
            vals['ordinal'] = self._next_ordinal(self.company_id.id, event_vals['signature'])
        if any(version.source == 'api' for version in versions):
            vals['source'] = 'api'
        elif versions:
            vals['source'] = 'report'
        vals.update(self._prepare_reason_vals(before, after, 'line_ids' in event_vals))
        self.write({**event_vals, **vals})
        if is_billed and is_anew and not is_posted:
            self._match()
            self._rebook()
        return True

    def _is_as_posted(self, after):
        """Tell whether what Amazon states now is what was posted, of each order.

        :param Transaction after: what Amazon states now
        :rtype: bool
        """
        totals = totals_of_orders(after)
        known = (self.kind, self.is_settled, self.currency_id.name, self.amazon_order_ref or "")
        if known != (after.kind, after.settled, after.currency, ", ".join(totals)):
            return False
        pairs = [(after.amount, self.amount)]
        if len(totals) > 1:
            lines = self.line_ids.grouped('order_ref')
            pairs += [(total, sum(lines[order].mapped('total'))) for order, total in totals.items()]
        return not any(self.currency_id.compare_amounts(float(now), posted) for now, posted in pairs)

    def _prepare_reason_vals(self, before, after, has_new_lines):
        """Prepare whether a person has to decide, now that more is known.

        :param Transaction before: what was known
        :param Transaction after: what is known now
        :param bool has_new_lines: whether its items differ from those that were known
        :rtype: dict
        """
        if self.attention == 'doubtful' and not after.doubts:
            return {'state': 'new', 'problem': False}
        if self.state in OPEN_STATES and after.settled and not self.attention and (
                ITEMS_DIFFER in after.doubts and ITEMS_DIFFER not in before.doubts):
            return self._prepare_attention_vals(Plan(after, attention='doubtful'))
        if self.state == 'attention' and not self.attention and has_new_lines:
            return {'state': 'new', 'problem': False}  # the items that booking lacked may be known now
        return {}

    def _keeps_lines(self, before, after):
        """Tell whether the lines of this charge stay: what is known of their orders, and what they are booked on.

        The draft of what was bought outside is a person's, so only another amount makes it anew.

        :param Transaction before: what was known
        :param Transaction after: what is known now
        :rtype: bool
        """
        return self.signature == signature(after) and (
            before.lines == after.lines
            or bool(self.bill_ids) and not self.order_ids and not is_correction(before, after))

    def _prepare_changed_vals(self, after):
        """Prepare the sentence about a change of what is posted already.

        :param Transaction after: what Amazon states now
        :rtype: dict
        """
        currency = self._currencies({after.currency})[after.currency]
        amount = float(after.amount)
        if after.kind != self.kind or not after.settled or (
                currency == self.currency_id and not currency.compare_amounts(amount, self.amount)):
            problem = self._(
                "Amazon has changed this charge since it was posted: %(amount)s, as before, but kind, settlement or "
                "orders differ. Nothing was altered. Compare the bills with Amazon, then press Done.",
                amount=shown_amount(self.env, amount, currency))
        else:
            problem = self._(
                "Amazon now states %(now)s instead of %(before)s, which is posted. Nothing was altered. Correct the "
                "books yourself, then press Done.",
                now=shown_amount(self.env, amount, currency),
                before=shown_amount(self.env, self.amount, self.currency_id))
        return {'state': 'attention', 'attention': 'changed', 'problem': problem}

    # === TAKING BACK === #

    def _only_stated_by(self, report):
        """Find those of these charges that nothing but an imported report states.

        :param report: the `amazon.punchout.import`
        :return: amazon.punchout.transaction
        """
        return self.filtered(lambda each: not each.import_ids - report and not any(
            version.source == 'api' for version in each._versions()))

    def _forget_report(self, report):
        """Forget what an imported report has stated about these charges. Those that nothing else states are deleted.

        :param report: the `amazon.punchout.import`
        """
        only = self._only_stated_by(report)
        others = self - only
        only._unbook()
        only.unlink()
        for transaction in others:
            versions = transaction._versions()
            if len(versions) > 1:
                kept = [replace(version, imports=tuple(set(version.imports) - {report.id})) for version in versions]
                kept = [version for version in kept if version.imports or version.source == 'api']
                if kept and len(kept) < len(versions):
                    transaction._apply_versions(kept)
        others.write({'import_ids': [Command.unlink(report.id)]})
        others.filtered(lambda each: each.line_ids - each.line_ids.filtered('order_id'))._match()  # lines may be new
