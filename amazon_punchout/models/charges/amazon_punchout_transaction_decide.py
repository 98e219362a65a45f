from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import split_every

from ...tools.charge_events import Relation
from ...tools.charge_plan import KNOWN, NEW, Plan, Pool, first, foot
from ...tools.sentences import read_text, stored_text
from ...tools.steps import apart
from ...transactions import CHARGE, Statement

# So many charges are booked in one transaction of the scheduled action.
BOOKED_TOGETHER = 20


class AmazonPunchoutTransactionDecide(models.Model):
    """What people decide about charges, and what settles by itself once more is known."""
    _inherit = 'amazon.punchout.transaction'

    may_decide = fields.Boolean("Can Decide", compute='_compute_may_decide')
    may_assign = fields.Boolean("Can Be Assigned", compute='_compute_may_decide')

    @api.depends('state', 'company_id')
    @api.depends_context('uid')
    def _compute_may_decide(self):
        is_decider, is_administrator = self._is_charge_decider(), self._may_assign()
        for transaction in self:
            transaction.may_decide = is_decider and transaction.state in ('attention', 'outside', 'new', 'matched')
            transaction.may_assign = is_administrator and not transaction.company_id \
                and transaction.state != 'dismissed'

    @api.model
    def _is_charge_decider(self):
        """Tell whether the user may decide about charges.

        :rtype: bool
        """
        return self.env.su or self.env.user.has_group('account.group_account_invoice')

    @api.model
    def _may_assign(self):
        """Tell whether the user may say to which group a name belongs.

        :rtype: bool
        """
        return self.env.su or self.env.user.has_group('amazon_punchout.group_administrator')

    def _open_decision(self, *reasons):
        """Check that the user may decide about these charges.

        :param reasons: the codes of `attention` about which it is; all if there are none
        :return: the charges in superuser mode, since only the addon writes them
        :raises AccessError: the user does no invoicing
        :raises UserError: there is nothing to decide any more
        """
        self.check_access('read')
        if not self._is_charge_decider():
            raise AccessError(self.env._("Only invoicing users can decide about Amazon's charges."))
        if reasons and any(each.attention not in reasons for each in self):
            raise UserError(self.env._("This charge has changed meanwhile. Reload the page."))
        return self.sudo()

    # === ACTIONS === #

    def action_retry(self):
        """Look for the orders of these charges again, and book them."""
        transactions_sudo = self._open_decision()
        for transaction in transactions_sudo.filtered(lambda each: each.attention in ('never_sent', 'items_differ')):
            transaction.write({'state': 'new', 'problem': False})
        transactions_sudo._match()
        transactions_sudo._wake_booking()

    def action_confirm(self):
        """State that this charge is one of its own, with this amount."""
        for transaction_sudo in self._open_decision('alike', 'doubtful'):
            transaction_sudo.write({'state': 'new', 'problem': False})
            transaction_sudo.message_post(body=self.env._("Confirmed."))
            transaction_sudo._match()
        self.sudo()._wake_booking()

    def action_not_ours(self):
        """State that a number of ours was typed on Amazon for another purchase."""
        for transaction_sudo in self._open_decision('never_sent', 'items_differ', 'part_outside'):
            transaction_sudo.line_ids.filtered(lambda line: not line.order_id).write({'is_not_ours': True})
            transaction_sudo.write({'state': 'new', 'problem': False})
            transaction_sudo.message_post(body=self.env._("Not for an order of Odoo."))
            transaction_sudo._match()

    def action_done(self):
        """State that the books were corrected after Amazon changed a charge that is posted."""
        for transaction_sudo in self._open_decision('changed'):
            is_posted = transaction_sudo._is_posted()
            transaction_sudo.write({'state': 'booked' if is_posted else 'new', 'problem': False})
            if not is_posted:  # its bill was cancelled, so what Amazon states now is booked
                transaction_sudo._apply_versions(transaction_sudo._versions())
                transaction_sudo._match()
                transaction_sudo._wake_booking()
            transaction_sudo.message_post(body=self.env._("The change at Amazon was dealt with."))

    def action_ask_dismiss(self):
        """Open the dialog that asks why this charge is dismissed.

        :rtype: dict
        """
        self.ensure_one()
        self._open_decision()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Dismiss Charge"), 'target': 'new',
            'res_model': 'amazon.punchout.dismiss.charge', 'view_mode': 'form',
            'context': {'default_transaction_id': self.id}}

    def _dismiss(self, reason):
        """Dismiss this charge: it is not booked, and kept so that it does not come again.

        :param str reason: why
        :raises UserError: it is booked, or dismissed already
        """
        transaction_sudo = self._open_decision()
        if transaction_sudo.state == 'dismissed':
            raise UserError(self.env._("This charge has changed meanwhile. Reload the page."))
        if transaction_sudo.bill_ids or transaction_sudo.credit_ids or transaction_sudo._standing_payments():
            raise UserError(self.env._("This charge is booked. Cancel what was booked first."))
        transaction_sudo.write({
            'state': 'dismissed', 'problem': False, 'dismissed_by_id': self.env.uid,
            'dismissed_at': fields.Datetime.now(), 'dismiss_reason': reason,
            'dismissed_from': {
                'state': transaction_sudo.state, 'attention': transaction_sudo.attention,
                'problem': stored_text(transaction_sudo.problem, self.env)}})
        transaction_sudo.message_post(body=self.env._("Dismissed: %s", reason))

    def action_undo_dismissal(self):
        """Take back that these charges were dismissed: they stand as they stood before.

        What earlier versions dismissed may have been stated twice, so it waits for a person.
        """
        transactions_sudo = self._open_decision()
        if any(each.state != 'dismissed' for each in transactions_sudo):
            raise UserError(self.env._("This charge has changed meanwhile. Reload the page."))
        for transaction_sudo in transactions_sudo:
            person, reason = transaction_sudo.dismissed_by_id.name, transaction_sudo.dismiss_reason
            transaction_sudo.write({
                **(transaction_sudo._dismissed_from() or {
                    'state': 'attention', 'attention': 'doubtful', 'problem': self._(
                        "Its dismissal was undone. Press Confirm if it is a charge of its own.")}),
                'dismissed_by_id': False, 'dismissed_at': False, 'dismiss_reason': False, 'dismissed_from': False})
            transaction_sudo.message_post(body=self.env._(
                "No longer dismissed. %(person)s had dismissed it: %(reason)s", person=person, reason=reason))
        transactions_sudo._match()
        transactions_sudo._wake_booking()

    def _dismissed_from(self):
        """Give what this charge was before it was dismissed.

        :return: values; none of what earlier versions dismissed
        :rtype: dict
        """
        vals = self.dismissed_from or {}
        return {**vals, 'problem': read_text(vals['problem'], self.env)} if vals else vals

    def action_assign(self):
        """Open the dialog that says to which group the names of these charges belong.

        :rtype: dict
        """
        self.check_access('read')
        if not self._may_assign():
            raise AccessError(self.env._("Only Amazon administrators can assign charges to groups."))
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Assign to Group"), 'target': 'new',
            'res_model': 'amazon.punchout.assign', 'view_mode': 'form',
            'context': {'default_transaction_ids': self.ids}}

    # === WHOSE IT IS === #

    def _owner_name(self):
        """Give the name by which Amazon says whose a charge is.

        :return: its kind and the name, both empty if there is none
        :rtype: tuple[str, str]
        """
        self.ensure_one()
        if self.account_group:
            return 'account_group', self.account_group
        return ('legal_entity', self.legal_entity) if self.legal_entity else ('', '')

    @api.model
    def _assign_held(self, nameless, group):
        """Import again what was held and has an owner now, by the names that were stored or by the user's choice.

        :param nameless: charges that Amazon gives no name; they belong to the group
        :param group: at most one `amazon.punchout.group`
        """
        # The user's rules decide which ones they may see.
        held = self.search([
            ('company_id', '=', False), ('state', '!=', 'dismissed'),
            '|', ('account_group', '!=', False), ('legal_entity', '!=', False)])
        for holders, transactions in held.sudo().grouped('holder_company_ids').items():
            reading = self._prepare_reading(Statement(kind=''), 'report', companies=holders)
            transactions.filtered(lambda each, reading=reading: self._plan_owner(
                reading, Plan(each._as_event().known, group=reading.groups.browse())).group)._import_again(holders)
        for holders, transactions in nameless.sudo().grouped('holder_company_ids').items():
            transactions._import_again(holders, group)

    def _move(self, group):
        """Give these charges to another group, perhaps of another company. Their drafts are made anew there.

        :param group: the `amazon.punchout.group`
        :raises UserError: one of them is posted
        """
        transactions_sudo = self.sudo().filtered(lambda each: each.group_id != group)
        for transaction in transactions_sudo:
            if transaction._is_posted() or transaction._standing_payments():
                raise UserError(self._(
                    "%s is posted, so it stays in its company. Reset its bill or payment to draft first.",
                    transaction.display_name))
        for transaction in transactions_sudo:
            before, vals = transaction.group_id, {'group_id': group.id}
            if transaction.company_id != group.company_id:
                transaction._unbook()
                # Its own lines would prove that it is of the order.
                transaction.line_ids.write({'order_id': False, 'purchase_line_id': False})
                ordinal = transaction._next_ordinal(group.company_id.id, transaction.signature)
                vals.update(company_id=group.company_id.id, ordinal=ordinal)
                if transaction.state != 'dismissed' and not transaction._awaits_decision():
                    vals.update(state='new', problem=False)
            transaction.write(vals)
            transaction.message_post(body=self.env._(
                "Moved from %(before)s to %(after)s.", before=before.display_name, after=group.display_name))
        transactions_sudo._match()
        transactions_sudo._wake_booking()

    def _import_again(self, companies, group=None):
        """Replace these charges by what their statements say now: some of them may be known to their company.

        :param companies: the `res.company` records to which they may belong
        :param group: the group of what has no name
        """
        parts = {}
        for transaction in self.sorted('id'):
            for version in transaction._versions():
                parts.setdefault((version.source, version.kind, version.imports[:1]), []).append(version.stated)
        self.unlink()
        for (source, kind, imports), stated in parts.items():
            report = self.env['amazon.punchout.import'].sudo().browse(imports).exists()
            self._import_statement(
                Statement(kind=kind, transactions=tuple(stated)), source, report=report, companies=companies,
                fallback=group)

    # === BY ITSELF === #

    @api.model
    def _settle_alike(self, refs, reading):
        """Decide about charges that were stated twice, once the totals or further charges of their orders are known.

        :param refs: Amazon's numbers of the orders
        :param Reading reading: the statement that has told more
        """
        waiting = self.search([
            ('state', '=', 'attention'), ('attention', '=', 'alike'),
            ('line_ids.order_ref', 'in', list(refs))], order='id') if refs else self.browse()
        waiting = waiting.filtered(lambda each: each._is_in_scope(reading))
        for transaction in waiting:
            plan = Plan(transaction._as_event().known, company_id=transaction.company_id.id or 0)
            self._fetch_net_totals(reading, [plan])
            others = [event for event in self._known_events(reading, [plan]) if event.record != transaction]
            pool = Pool(reading.statement.kind, others)
            outcome = foot(plan.stated, pool.of_orders(plan.stated), self._target(reading, plan.stated))
            found = pool.find(plan.stated, plan.company_id)
            event = first(found, Relation.UNSURE) or first(found, Relation.ALIKE)
            # Amazon's own numbers, which came later, may prove that there are two.
            is_another = plan.stated.kind == CHARGE and all(each is Relation.DIFFERENT for each, _event in found)
            if outcome == NEW or is_another:
                transaction.write({'state': 'new', 'attention': False, 'problem': False})
                transaction._match()
            elif outcome == KNOWN and event and not event.is_foreign:
                transaction._merge_into(event.record)

    def _merge_into(self, other):
        """Make this charge a further statement of another one.

        :param other: the charge that stays
        """
        reports = self.import_ids
        versions = [*other._versions(), *self._versions()]
        self.unlink()
        for report in reports:
            self._link_report(report, other)
        other._apply_versions(versions)
        other._match()  # its lines may be new

    # === BOOKING === #

    @api.model
    def _wake_booking(self):
        """Have the scheduled action book what can be booked."""
        self.env['amazon.punchout.document']._wake_scheduled_action('amazon_punchout.ir_cron_charges')

    @api.model
    def _bookable_domain(self):
        """Search for charges that can be booked.

        :rtype: list
        """
        return [('state', '=', 'matched'), ('is_settled', '=', True), ('company_id', '!=', False)]

    @api.model
    def _cron_charges(self):
        """Import reports that wait, then match and book what can be, each part in a transaction of its own."""
        cron, tried = self.env['ir.cron'], 0
        self.env['amazon.punchout.import']._run_waiting()
        for order in self.env['purchase.order'].search([('amazon_charges_wait', '=', True)]):
            apart(order._amazon_match_again, self.env)
        ids = self.search(self._bookable_domain(), order='date, id').ids
        for part in split_every(BOOKED_TOGETHER, ids):
            if not cron._commit_progress():
                break
            apart(self.browse(part)._book, self.env)
            cron._commit_progress(len(part))
            tried += len(part)
        # What can't be booked yet is found again, so the next run begins at once only if this one has come on.
        self.env['amazon.punchout.document']._go_on_at_once('amazon_punchout.ir_cron_charges', lambda: tried < len(
            ids) and (not tried or self.search_count(self._bookable_domain()) < len(ids)))
