import logging

import psycopg2

from odoo import models
from odoo.exceptions import ConcurrencyError, UserError

_logger = logging.getLogger(__name__)


class PurchaseOrderActions(models.Model):
    """Buttons and server actions on orders that came from Amazon."""
    _inherit = 'purchase.order'

    def action_amazon_shop(self):
        """The button on lists, in the menu, and on a request for quotation of a group's vendor."""
        order = self if len(self) == 1 and self.amazon_can_shop else None
        return self.env['amazon.punchout.group']._shop(order=order)

    def action_amazon_ask(self):
        """Ask once, with amount and place, before the click that orders."""
        self.ensure_one()
        self.check_access('write')
        self._amazon_check_buyer()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Order at Amazon"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(self.env.ref('amazon_punchout.purchase_order_view_form_amazon_ask').id, 'form')],
            'target': 'new',
        }

    def action_amazon_order(self):
        """The final click of the dialog that asked."""
        self.ensure_one()
        self._amazon_check_approvable()  # it may have been decided on while the dialog was open
        self._amazon_confirm_or_approve()
        return {'type': 'ir.actions.act_window_close'}

    def _amazon_confirm_or_approve(self):
        """Take the next step, as whoever does it may.

        :raises UserError: it waits for somebody else
        """
        self.ensure_one()
        self._amazon_check_buyer()
        if self.state != 'to approve':
            self.button_confirm()
        elif self._approval_allowed():
            self.button_approve()
        else:
            raise UserError(self._amazon_waits_sentence())

    # === SERVER ACTIONS === #

    def action_amazon_confirm(self):
        """Confirm drafts and approve waiting orders of Amazon, with the rights of whoever runs it.

        :return: an action that lists each order and what became of it
        """
        def confirm(order):
            order._amazon_check_approvable()
            order._amazon_confirm_or_approve()
            if order.state == 'purchase':
                return self.env._("Ordered: on its way to Amazon")
            if order.state == 'to approve':
                return self.env._("Approval asked for")
            raise UserError(self.env._("It could not be confirmed here: open it and confirm it there."))
        return self._amazon_one_by_one(self.env._("Confirm Amazon orders"), confirm)

    def action_amazon_cancel(self):
        """Cancel carts and withdraw orders that have not been sent; those at Amazon are noted as to be cancelled there.

        :return: an action that lists each order and what became of it
        """
        def cancel(order):
            if order.state == 'cancel':
                raise UserError(self.env._("It is cancelled already."))
            if order._amazon_is_there():
                order._amazon_want_cancel()
                return self.env._(
                    "Not cancelled yet: Amazon takes no cancellation from a purchasing system. Cancel it there; it is "
                    "noted as to be cancelled."), order._amazon_link_html()
            withdrawn = order.amazon_state == 'queued'
            order.button_cancel()
            return self.env._("Withdrawn before it was sent") if withdrawn else self.env._("Cancelled")
        return self._amazon_one_by_one(self.env._("Cancel Amazon orders"), cancel)

    def _amazon_one_by_one(self, title, step):
        """Run a step for each order that came from Amazon; one that fails does not stop the others.

        :param str title: of the list
        :param step: called with an order, returns in words what became of it, raises UserError; returns the words and
            links to where a person goes on if it isn't done
        :return: an action that shows the list
        """
        lines = []
        for order in self.filtered('amazon_session_id'):
            links = False
            try:
                with self.env.cr.savepoint():
                    result = step(order)
                    if not (done := isinstance(result, str)):
                        result, links = result
            except UserError as error:
                result, done = str(error), False
            except (psycopg2.OperationalError, ConcurrencyError):
                raise  # a conflict with another transaction: Odoo repeats the whole request
            except Exception:
                _logger.exception("A server action failed on Amazon order %s", order.id)
                result, done = self.env._("An error in Odoo: an administrator finds it in the server's log."), False
            lines.append({'order_id': order.id, 'name': order.name, 'done': done, 'result': result, 'links': links})
        return self.env['amazon.punchout.batch']._show(title, lines)
