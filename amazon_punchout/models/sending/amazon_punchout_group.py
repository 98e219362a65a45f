from odoo import models

from ...const import TEST_ORDER_ARRIVED
from ...tools.checklist import RECOMMENDED, Check


class AmazonPunchoutGroupSending(models.Model):
    """The orders of a group in the outbox."""
    _inherit = 'amazon.punchout.group'

    def _doubt_waiting_orders(self, is_restored=False):
        """Override to mark the order requests that wait as unclear, as after an answer that was lost."""
        sentences = super()._doubt_waiting_orders(is_restored=is_restored)
        # No user writes documents; the rights were checked by the caller.
        documents_sudo = self.env['amazon.punchout.document'].sudo().search([
            ('group_id', '=', self.id), ('document_type', '=', 'OrderRequest'), ('state', '=', 'queued')], order='id')
        for document_sudo in documents_sudo:
            notified_sudo = document_sudo._in_notified_language()
            document_sudo._hold_as_sent_elsewhere(notified_sudo._(
                "Restored: the order was waiting when this database was restored from a backup or taken over by "
                "another server, so it may have been sent before") if is_restored else notified_sudo._(
                "The order was waiting when the database was copied or moved, so the original database may have sent "
                "it"))
        if not documents_sudo:
            return sentences
        orders_sudo = documents_sudo.purchase_order_id
        return [*sentences, self.env._(
            "The database before may have sent the waiting orders, so none of them is sent automatically: %(orders)s."
            " Look for each of them on Amazon, then press Amazon Has It or Send Again. Only purchase managers and "
            "Amazon administrators can do that. Notified: %(people)s.",
            orders=", ".join(orders_sudo.mapped('name')),
            people=", ".join(dict.fromkeys(
                order_sudo._amazon_person_to_notify().name or "" for order_sudo in orders_sudo)))]

    # === CHECKLIST === #

    def _checklist(self):
        """Override to recommend a test order."""
        return [*super()._checklist(), self._checklist_test_order()]

    def _checklist_test_order(self):
        """Recommend a test order.

        :rtype: Check
        """
        done = self._is_tested()
        sentence = self.env._("A test order arrived at Amazon.") if done else (
            self._say_test_declined() or self._ask_for_test_order())
        page = ('messages', 'punchin_url') if self.flow == 'punchin' else ('amazon_punchout.action_shop',)
        return Check('test_order', 52, RECOMMENDED, done, sentence, *page)

    def _say_test_declined(self):
        """Say that Amazon declined the last test order, and why.

        :return: empty if there is none, or it was not declined
        :rtype: str
        """
        # Few by an index: by the newest first, PostgreSQL might read all of a live group instead.
        last = self.env['amazon.punchout.document'].sudo().search([
            ('group_id', 'in', self._origin.ids), ('document_type', '=', 'OrderRequest'),
            ('deployment_mode', '=', 'test')]).sorted('id')[-1:]
        if last.state != 'refused':
            return ""
        return self.env._(
            "Amazon declined the test order %(order)s: %(reason)s Correct that before you go live, then place another "
            "test order.", order=last.purchase_order_id.name, reason=last.reason or "")

    def _ask_for_test_order(self):
        """Say how to place a test order in the present state of the group.

        :rtype: str
        """
        is_test = self.state == 'test'
        if self.flow == 'punchin':
            return self.env._(
                "Place a test order: fill a cart on Amazon with the Punch-in group and check out there. Amazon leads "
                "you to Odoo, and cancels the order automatically after it was sent.") if is_test else self.env._(
                "Place a test order: set the group to Test, fill a cart on Amazon with the Punch-in group and check "
                "out there. Amazon leads you to Odoo, and cancels the order automatically after it was sent.")
        return self.env._(
            "Place a test order: press Shop on Amazon. Amazon cancels the order automatically.") if is_test \
            else self.env._(
                "Place a test order: set the group to Test and press Shop on Amazon. Amazon cancels the order "
                "automatically.")

    def _is_tested(self):
        """Tell whether a test order of this group ever reached Amazon.

        :rtype: bool
        """
        return bool(self.env['amazon.punchout.document'].sudo().search_count(
            [('group_id', 'in', self._origin.ids), *TEST_ORDER_ARRIVED], limit=1))
