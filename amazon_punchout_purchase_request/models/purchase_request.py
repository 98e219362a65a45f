import re

from odoo import api, fields, models
from odoo.exceptions import UserError

# Requests that still take items, and those whose items are decided and may be bought.
OPEN, DECIDED = 'draft', ('approved', 'in_progress')
ASIN = re.compile(r'\bB0[0-9A-Z]{8}\b')


class PurchaseRequest(models.Model):
    """Requests for which people shop on Amazon."""
    _inherit = 'purchase.request'

    amazon_can_shop = fields.Boolean("Can Shop on Amazon", compute='_compute_amazon_can_shop')

    # === COMPUTE METHODS === #

    @api.depends('state', 'company_id', 'line_ids.purchased_qty', 'line_ids.product_qty', 'line_ids.cancelled')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_amazon_can_shop(self):
        groups = self.env['amazon.punchout.group']._shopping_groups() if self else ()
        for request in self:
            has_group = any(not request.company_id or group.company_id == request.company_id for group in groups)
            request.amazon_can_shop = has_group and (
                request.state == OPEN or request.state in DECIDED and bool(request._amazon_open_lines()))

    def _amazon_open_lines(self):
        """Return the lines of which not everything is on an order yet."""
        self.ensure_one()
        return self.sudo().line_ids.filtered(
            lambda line: not line.cancelled and line.product_qty > line.purchased_qty).sorted('id').with_env(self.env)

    # === SHOPPING === #

    def action_amazon_shop(self):
        """Start shopping on Amazon for this request.

        :return: an action, see :meth:`amazon.punchout.group._shop`
        :rtype: dict
        :raises UserError: the request waits for its approval, or everything of it was ordered
        """
        self.ensure_one()
        self._amazon_check_shopping()
        groups = self.env['amazon.punchout.group']
        if self.company_id:
            groups = groups.with_context(allowed_company_ids=self.company_id.ids)
        return groups._shop(
            location=self.picking_type_id.sudo().warehouse_id, search=self._amazon_search_word(),
            purchase_request_id=self.id)

    def _amazon_check_shopping(self):
        """Check that the user may shop for this request now.

        :raises UserError: the request waits for its approval, or everything of it was ordered
        :raises AccessError: the user may not see it or, as long as it is a draft, not change it
        """
        self.check_access('read')
        if self.state == OPEN:
            self.check_access('write')  # the cart adds lines
        elif self.state not in DECIDED:
            states = dict(self._fields['state']._description_selection(self.env))
            raise UserError(self.env._(
                "You can't shop for request %(request)s. Its status is %(state)s.",
                request=self.name, state=states[self.state]))
        elif not self._amazon_open_lines():
            raise UserError(self.env._("Everything of request %s is on an order already.", self.name))

    def _amazon_search_word(self):
        """Choose what Amazon opens with: the ASIN or the name of the first line.

        :rtype: str | bool
        """
        line = self._amazon_open_lines()[:1]
        if asin := ASIN.search(line._amazon_text()):
            return asin.group()
        return (line.product_id.name or (line.name or "").strip().split('\n')[0])[:100] or False

    # === THE CART === #

    def _amazon_take_cart(self, order):
        """Buy the items of a cart for the lines of this request, in superuser mode.

        Each goes to the line with its product or its ASIN. If one item and one line are left, they belong together. A
        draft request gets lines for all other items; else the buyer chooses their lines.

        :param order: the `purchase.order` that the cart became
        """
        self.ensure_one()
        if self.company_id and self.company_id != order.company_id or self.state not in (OPEN, *DECIDED):
            return
        generic = order.amazon_group_id.product_id
        left, others = self._amazon_open_lines(), order.order_line.browse()
        for item in order._amazon_item_lines():
            asin = (item.amazon_asin or "").casefold()
            found = left.filtered(lambda line, asin=asin: asin and asin in line._amazon_text().casefold())[:1]
            if not found and item.product_id != generic:
                found = left.filtered(lambda line, item=item: line.product_id == item.product_id)[:1]
            if found:
                item._amazon_assign_request_line(found)
                left -= found
            else:
                others |= item
        if len(others) == len(left) == 1 and not ASIN.search(left._amazon_text()):
            others._amazon_assign_request_line(left)
            others = others.browse()
        if self.state == OPEN:
            for item in others:
                item._amazon_assign_request_line(self.env['purchase.request.line'].create(
                    self._amazon_prepare_line(item)))
        elif others:
            order.message_post(body=self.env._(
                "These items have no line in purchase request %(request)s: %(items)s. Choose their Request Line.",
                request=self.name, items=", ".join(item._amazon_title() for item in others)))
        if self.state == 'approved':
            self.button_in_progress()
        self.message_post(body=self.env._("An Amazon cart for this request was returned: %s", order._get_html_link()))

    def _amazon_prepare_line(self, item):
        """Prepare the values of a new line for an item.

        :param item: the `purchase.order.line`
        :rtype: dict
        """
        company = self.company_id or item.company_id
        return {
            'request_id': self.id,
            'name': item._amazon_title(),
            'product_id': item.product_id.id,
            'product_uom_id': item.product_uom_id.id,
            'product_qty': item.product_qty,
            'specifications': f"{item.amazon_asin} {item._amazon_page()}",
            'estimated_cost': item.currency_id._convert(item.price_subtotal, company.currency_id, company),
            'analytic_distribution': item.analytic_distribution,
        }

    def button_approved(self):
        """Override of `purchase_request` to count a request as in progress whose items are in a cart already."""
        result = super().button_approved()
        self.filtered(lambda request: any(
            order.amazon_session_id and order.state != 'cancel'
            for order in request.sudo().line_ids.purchase_lines.order_id)).button_in_progress()
        return result


class PurchaseRequestLine(models.Model):
    _inherit = 'purchase.request.line'

    def _amazon_text(self):
        """Return what may name the item that a requester wants.

        :rtype: str
        """
        return " ".join(filter(None, (self.name, self.specifications)))
