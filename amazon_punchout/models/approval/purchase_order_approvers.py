from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount

from ...const import ACTIVITY_APPROVAL, MANAGER
from ...tools.cart_lock import lifted
from ...tools.steps import apart


class PurchaseOrderApprovers(models.Model):
    """Who may approve an order by the rule of its Amazon group, and who is asked for approval."""
    _inherit = 'purchase.order'

    amazon_hold_reminded = fields.Boolean("Reminded of Price Hold", copy=False, readonly=True)

    # === WHO MAY === #

    def _amazon_rule(self):
        """Give the rule of approval of the order's group.

        :rtype: str
        """
        self.ensure_one()
        return self.amazon_group_id.sudo().approval_rule  # accountants can read orders, but not groups

    def _amazon_rule_allows(self):
        """Tell whether the rule of the order's group lets the current user approve.

        :rtype: bool
        """
        match self._amazon_rule():
            case 'manager':
                return self.env.user.has_group(MANAGER)
            case 'other':
                return self.env.user != self.amazon_requester_id
        return True

    @api.depends('amazon_group_id.approval_rule', 'amazon_requester_id')
    def _compute_amazon_may_approve(self):
        """Override to depend on the rule of the group."""
        super()._compute_amazon_may_approve()

    # === WHO IS ASKED === #

    def _amazon_approving_managers(self):
        """Find the purchase managers of the company who may approve by the group's rule."""
        managers = self._amazon_responsible_managers()
        return managers - self.amazon_requester_id if self._amazon_rule() == 'other' else managers

    def _amazon_people_to_ask(self):
        """Find who is asked for approval.

        :return: the managers who may approve. If there are none, the person responsible for the group, so that the
            order doesn't wait unnoticed; no one if that is the requester
        """
        return self._amazon_approving_managers() or self.amazon_group_id.sudo().responsible_id.filtered(
            'active') - self.amazon_requester_id

    def _amazon_stand_in_note(self):
        """Tell the person responsible for the group why they are asked, and what to do.

        :rtype: str
        """
        return self.env._(
            "You are asked because %(company)s has no purchase manager who can approve this order. Approve it if you "
            "can, or make another user a purchase manager (Purchase: Administrator).",
            company=self.company_id.sudo().name)

    # === WHAT IS SAID === #

    @api.depends('amazon_group_id.approval_rule', 'amazon_group_id.responsible_id', 'amazon_requester_id',
                 'amount_total', 'company_id.po_double_validation', 'company_id.po_double_validation_amount')
    def _compute_amazon_status(self):
        """Override to depend on what the sentence about the approval needs."""
        super()._compute_amazon_status()

    def _amazon_cart_sentences(self):
        """Override to say who must approve."""
        sentences = super()._amazon_cart_sentences()
        if rule := self._amazon_rule_sentence():
            sentences = [*sentences, (20, rule)]
        if self._amazon_is_foreign(self.state):
            sentences = [*sentences, (5, self.env._(
                "Status %s: Amazon gets the order once it is a purchase order", self._amazon_state_name()))]
        return sentences

    def _amazon_rule_sentence(self):
        """Say who must approve and why.

        :return: a sentence if the group's rule or the company's limit doesn't let the reader approve, or if there was
            no one to ask; else empty
        :rtype: str
        """
        if self.state == 'to approve' and not self._amazon_approving_managers():
            if people := self._amazon_people_to_ask():
                return self.env._(
                    "There is no purchase manager who can approve it: %s was asked instead", people.name)
            return self.env._(
                "There is no one to ask for approval: %s needs another purchase manager", self.company_id.name)
        rule = self._amazon_rule()
        if self._amazon_approval_allowed():
            return ""
        if rule == 'other' and self.env.user == self.amazon_requester_id:
            return self.env._("Another user must approve it")
        if rule == 'manager' and not self._amazon_rule_allows():
            return self.env._("A purchase manager must approve it")
        return self._amazon_limit_sentence()

    def _amazon_limit_sentence(self):
        """Say that the company's limit requires a purchase manager.

        :return: a sentence; empty if it doesn't, since another addon may block an order for its own reasons
        :rtype: str
        """
        company = self.company_id
        if company.po_double_validation != 'two_step' or self.env.user.has_group(MANAGER):
            return ""
        if not self.currency_id._amazon_has_rate(company):
            return self.env._("A purchase manager must approve it")
        limit = company.currency_id._convert(
            company.po_double_validation_amount, self.currency_id, company, self.date_order or fields.Date.today())
        if self.amount_total < limit:  # as core compares them
            return ""
        return self.env._(
            "A purchase manager must approve it, like every order of %s or more",
            format_amount(self.env, company.po_double_validation_amount, company.currency_id))

    def _amazon_waiting_sentence(self):
        """Say why the current user can't approve an order that is waiting.

        :rtype: str
        """
        if self._amazon_rule() == 'other' and self.env.user == self.amazon_requester_id:
            return self.env._(
                "Order %s is waiting for the approval of another user, since you are its requester.", self.name)
        return self.env._("Order %s is waiting for the approval of a purchase manager.", self.name)

    # === ASKING === #

    def _amazon_ask_for_approval(self):
        """Schedule an activity for each person who is asked; the first decision closes them all."""
        self.ensure_one()
        now = fields.Datetime.now()
        self.write({
            'amazon_asked_at': now,
            # An activity on the last day of the hold says so itself.
            'amazon_hold_reminded':
                bool(self.amazon_valid_until) and self.amazon_valid_until <= now + timedelta(days=1),
        })
        # Not by tools/problems.py, which has one person look after a problem: here any one of several may decide, each
        # in their own language, and the activities of the others are archived instead of done.
        order_sudo = self.with_context(mail_activity_automation_skip=False).sudo()  # activities of other people
        for person in self._amazon_people_to_ask():
            order = order_sudo.with_context(lang=person.lang, tz=person.tz)
            order.activity_schedule(
                ACTIVITY_APPROVAL, user_id=person.id, note=order._amazon_request_html(),
                summary=order._amazon_request_title())

    def _amazon_close_approval_requests(self):
        """Archive the activities of all who were asked, once one of them has decided; the chatter says who.

        Also those into which other people have written, which are no longer Odoo's own.
        """
        if self:
            self.env['mail.activity'].sudo().search_fetch([  # activities of other people
                ('res_model', '=', self._name), ('res_id', 'in', self.ids),
                ('activity_type_id', '=', self.env.ref(ACTIVITY_APPROVAL).id),
            ]).active = False

    @api.model
    def _cron_remind_hold(self):
        """Remind the approvers of a waiting order once, a day before Amazon's price hold ends."""
        now = fields.Datetime.now()
        for order in self.search([
            ('state', '=', 'to approve'), ('amazon_session_id', '!=', False), ('amazon_hold_reminded', '=', False),
            ('amazon_valid_until', '>', now), ('amazon_valid_until', '<=', now + timedelta(days=1)),
        ]):
            apart(order._amazon_remind_hold, self.env)

    def _amazon_remind_hold(self):
        """Remind those who are asked for approval of the end of the price hold."""
        self.ensure_one()
        with lifted():
            self.amazon_hold_reminded = True
        for person in self._amazon_people_to_ask():
            order = self.with_context(lang=person.lang, tz=person.tz)
            held = order._amazon_date_and_time(order.amazon_valid_until)
            order.message_notify(
                partner_ids=person.partner_id.ids,
                subject=order.env._(
                    "Amazon order %(order)s is waiting for approval until %(held)s: %(items)s", order=order.name,
                    held=held, items=order._amazon_items_title()),
                body=Markup('<p>%s</p>%s%s') % (
                    order.env._(
                        "Amazon holds the prices of %(order)s (%(total)s) until %(held)s.", order=order.name,
                        total=format_amount(order.env, order.amount_total, order.currency_id), held=held),
                    order._amazon_items_html(), order._amazon_decision_html(person)))
