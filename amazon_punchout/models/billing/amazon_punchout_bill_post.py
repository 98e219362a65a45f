from datetime import timedelta

from markupsafe import Markup

from odoo import models

from ...tools.problems import ACTIVITY_PROBLEM, raise_problem
from ...tools.said import say_day
from ...tools.steps import attempt, explain
from .amazon_punchout_bill import ACTIVITY_TODO


class AmazonPunchoutBillPost(models.AbstractModel):
    """What happens to a bill once it is created: its due date, its document, posting, and who is notified."""
    _inherit = 'amazon.punchout.bill'

    def _find_term_notes(self, draft, move):
        """Find out whether the bill is due on another day than Amazon states, since the agreed term applies.

        :return: a sentence if it is
        :rtype: list[str]
        """
        invoice = draft.invoice
        if draft.is_credit or not invoice.payment_days or not invoice.invoice_day:
            return []
        stated = invoice.invoice_day + timedelta(days=invoice.payment_days)
        if move.invoice_date_due == stated:
            return []
        return [self.env._(
            "Amazon states payment within %(days)s days, by %(stated)s. The payment term of the order applies "
            "instead: the bill is due on %(due)s.",
            days=invoice.payment_days, stated=say_day(self.env, stated),
            due=say_day(self.env, move.invoice_date_due))]

    def _states_total(self, draft):
        """Tell whether the invoice states a total that was compared with its lines.

        :rtype: bool
        """
        summary = draft.invoice.summary
        return bool(summary.net or summary.due or summary.gross)

    def _post_matching(self, draft, move):
        """Post a bill without problems, if all groups of its orders want that; a credit only after its bill.

        :param BillDraft draft: gets a sentence if the bill can't be posted; then it stays a draft
        """
        is_wanted = all(order.amazon_group_id.post_matching_bills for order in draft.orders)
        if not is_wanted or draft.problems or not self._states_total(draft):
            return
        if draft.bill and draft.bill.state != 'posted':
            draft.notes.append(self.env._(
                "The credit was not posted automatically, since %s is not posted yet.", draft.bill.display_name))
            return
        what = f"Amazon invoice {draft.invoice.invoice_id}"
        _result, error = attempt(self.env, move.action_post, f"{what} could not be posted")
        if error and (waiting := move._amazon_ask_for_validation()):
            draft.validation = waiting
        elif error:
            draft.problems.append(self.env._("Posting failed: %s", explain(self.env, error, what)))

    def _attach(self, draft, move):
        """Attach the document as Amazon sent it to the bill or credit.

        The document is stored in any case, so a filestore that is full or read-only doesn't stop the bill. After a
        failure Odoo even leaves an empty file there, with which each further try would collide.

        :return: whether it is attached
        :rtype: bool
        """
        what = f"Amazon invoice {draft.invoice.invoice_id} could not be attached"
        attachment, error = attempt(self.env, lambda: self.env['ir.attachment'].create({
            'name': f"{draft.invoice.invoice_id}.xml".replace('/', '-'),
            'raw': draft.document._get_body(),
            'mimetype': 'application/xml',
            'res_model': move._name,
            'res_id': move.id,
        }), what)
        if error:
            draft.notes.append(self.env._(
                "Amazon's document could not be attached: %s", explain(self.env, error, what)))
        return bool(attachment)

    # === NOTIFICATIONS === #

    def _notify(self, draft, move, title=None):
        """Post a message on the bill, and schedule one activity for the person who looks after bills.

        Without such a person, only problems are notified, to the person responsible for the group.

        :param str | None title: what has happened; by default that the bill was created
        """
        problems = [*draft.problems, *draft.missing]
        title, summary = title or self._notice_title(draft), self._notice_summary(draft)
        compared = self._compared_sentence(draft)
        if draft.validation:
            compared = f"{compared} {draft.validation}".strip()
        lines = Markup().join(Markup("<li>%s</li>") % each for each in [*problems, *draft.notes])
        move.message_post(body=Markup("<p>%s %s</p>%s") % (
            title, compared, lines and Markup("<ul>%s</ul>") % lines))
        person = draft.group.bill_user_id.filtered('active') or problems and draft.group._person_to_notify(
            draft.orders[0].amazon_requester_id)
        if person and move.state != 'posted':
            note = Markup("<p>%s</p>") % (" ".join(problems) or compared)
            raise_problem(
                move, person, summary, note, activity_type=ACTIVITY_PROBLEM if problems else ACTIVITY_TODO)

    def _notice_title(self, draft):
        """Say in the chatter of a bill or credit that it was created.

        :rtype: str
        """
        number = draft.invoice.invoice_id
        return self.env._("Created from Amazon's credit memo %s.", number) if draft.is_credit else \
            self.env._("Created from Amazon's invoice %s.", number)

    def _notice_summary(self, draft):
        """Title the activity of the person who looks after bills.

        :rtype: str
        """
        number = draft.invoice.invoice_id
        if draft.is_credit:
            return self.env._("Check Amazon's credit memo %s", number) if draft.problems or draft.missing else \
                self.env._("Check and post Amazon's credit memo %s", number)
        if draft.problems:
            return self.env._("Check Amazon's invoice %s", number)
        if draft.missing:
            return self.env._("Amazon's invoice %s waits for its goods", number)
        if draft.validation:
            return self.env._("Amazon's invoice %s waits for validation", number)
        return self.env._("Check and post Amazon's invoice %s", number)
