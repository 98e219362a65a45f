from odoo import fields, models
from odoo.tools import plaintext2html

from ... import cxml
from ...const import CART
from ...tools.problems import close_problem, raise_problem


class AmazonPunchoutSessionKept(models.Model):
    """Carts that came back and are kept without an order: why, and dismissing them."""
    _inherit = 'amazon.punchout.session'

    def _explain(self, error):
        """Say what is wrong with a cart, and who can look at it.

        :param cxml.CxmlError error: what is wrong with the cart
        :rtype: str
        """
        explanation = self.env['amazon.punchout.document']._explain_cxml_error(error)
        if error.kind in cxml.PARSER_ERRORS:
            return self.env._(
                "The document from Amazon is not a readable cart (%(problem)s). As it may contain secrets, only its "
                "length and digest are kept. Start shopping again. If this happens again, contact %(person)s.",
                problem=explanation.rstrip('.'), person=self.group_id._responsible_name())
        return f'{explanation} {self._new_cart_advice()}'

    def _new_cart_advice(self):
        """Say what to do about a cart from which no order can ever be created.

        :rtype: str
        """
        person = self.group_id._responsible_name()
        if self.group_id.flow == 'punchin':
            return self.env._(
                "Fill a new cart on Amazon. The document is kept: %s can look at it.", person)
        return self.env._(
            "Press Shop Again on the shopping trip to fill a new cart. The document is kept: %s can look at it.",
            person)

    def _keep(self, document, problem, state='attention', is_unusable=False, **vals):
        """Keep a cart without an order and notify the person who can fix it.

        :param document: the stored cart
        :param str problem: what is wrong and who can fix it
        :param str state: `attention` or `expired`
        :param bool is_unusable: whether Retry can never help
        :param vals: more values of the trip
        """
        document.write({'state': 'attention', 'reason': problem})
        self.write({**vals, 'state': state, 'problem': problem, 'is_unusable': is_unusable})
        raise_problem(
            self, self.group_id._person_to_notify(self.user_id), self.env._("An Amazon cart needs attention"),
            plaintext2html(problem))

    def _kept_cart(self):
        """Find the stored cart of this trip that is kept without an order.

        :return: an `amazon.punchout.document`, or an empty recordset
        """
        self.ensure_one()
        return self.document_ids.filtered(
            lambda document: document.document_type == CART and document.state == 'attention')[:1]

    def _dismiss_cart(self, document, reason):
        """Dismiss the cart of this trip: no order will be created from it.

        :param document: the stored cart
        :param str reason: why it is dismissed
        """
        self.ensure_one()
        document.write({
            'state': 'dismissed', 'dismissed_by_id': self.env.uid, 'dismissed_at': fields.Datetime.now(),
            'dismiss_reason': reason})
        self._close_dismissed(reason)

    def _close_dismissed(self, reason):
        """Close the trips whose kept cart has been dismissed.

        :param str reason: why it was dismissed
        """
        for session in self:
            session.write({'state': 'left', 'problem': False})  # the problem offers Retry
            session.message_post(body=self.env._("No order will be created from this cart. %s", reason))
        close_problem(self)

    def _dismiss_reason(self):
        """Tell why the cart of this trip was dismissed.

        :return: the reason; False if it was not dismissed
        :rtype: str | bool
        """
        self.ensure_one()
        return self.document_ids.filtered(
            lambda document: document.document_type == CART and document.state == 'dismissed',
        )[:1].dismiss_reason
