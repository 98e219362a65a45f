from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import groupby

from ... import rest
from ...tools.api_faults import ApiFault, ApiRejected
from ...tools.steps import apart
from .amazon_punchout_api import PRODUCTS


class AmazonPunchoutApiPrices(models.Model):
    """Asking what the items of carts cost now, which still wait a day before Amazon's price hold ends."""
    _inherit = 'amazon.punchout.api'

    # === SCHEDULED ACTION === #

    @api.model
    def _cron_prices(self):
        """Ask for the prices of each order that waits and whose price hold ends within a day, once."""
        cron = self.env['ir.cron']
        for access in self.search([('use_products', '=', True)], order='id'):
            access = access._in_notified_language()
            for order in access._orders_to_price():
                if not access._is_due(PRODUCTS) or not cron._commit_progress() or not access._ask_prices(order):
                    break
                cron._commit_progress(1)
        self.env['amazon.punchout.document']._go_on_at_once('amazon_punchout.ir_cron_prices', lambda: any(
            access._is_due(PRODUCTS) and access._orders_to_price()
            for access in self.search([('use_products', '=', True)])))

    def _orders_to_price(self):
        """Find the orders whose prices are asked for.

        :return: the `purchase.order` records
        """
        now = fields.Datetime.now()
        groups_sudo = self.sudo().group_ids
        return self.env['purchase.order'].search([
            ('amazon_group_id', 'in', groups_sudo.filtered_domain(groups_sudo._sending_domain()).ids),
            ('state', '=', 'to approve'), ('amazon_session_id', '!=', False), ('amazon_prices_asked', '=', False),
            ('amazon_deployment_mode', '=', 'production'),
            ('amazon_valid_until', '>', now), ('amazon_valid_until', '<=', now + timedelta(days=1)),
        ], order='amazon_valid_until')

    # === ASKING === #

    def _ask_prices(self, order):
        """Ask what the items of an order cost, and note it for its approvers.

        :param order: the `purchase.order`
        :return: whether to go on with the next one
        :rtype: bool
        """
        group_sudo, offers = order.sudo().amazon_group_id, {}
        headers = {rest.USER_HEADER: order.amazon_requester_id._amazon_email()}
        questions = [
            (quantity, *rest.offers_body(asins, group_sudo.marketplace, group_sudo._amazon_region(), quantity))
            for quantity, asins in order._amazon_items_to_price()]
        self.env['ir.cron']._commit_progress()  # no transaction stays open while Amazon takes its time
        try:
            for quantity, path, body in questions:
                answer = self._call(PRODUCTS, 'POST', path, body, headers)
                for asin, found in rest.read_offers(answer.body, quantity).items():
                    offers[asin, quantity] = found
        except (ApiRejected, rest.RestError) as error:
            # Another time it would be the same, and the approver needs no note about that.
            sentence = error.sentence if isinstance(error, ApiRejected) else \
                self.env['amazon.punchout.document']._explain_rest_error(error)
            apart(partial(self.write, {'products_fault': sentence}), self.env)
            apart(order._amazon_keep_prices_asked, self.env)
            return True
        except ApiFault as fault:
            apart(partial(self._pause, PRODUCTS, fault), self.env)
            return False
        apart(partial(self._end_pause, PRODUCTS), self.env)
        apart(partial(order._amazon_note_prices, offers), self.env)
        return True


class PurchaseOrderItemsToPrice(models.Model):
    _inherit = 'purchase.order'

    def _amazon_items_to_price(self):
        """Give the items whose prices are asked for, in as few questions as possible.

        :return: pairs of a quantity and the ASINs of at most MAX_ITEMS items of which that many are ordered
        :rtype: list[tuple[int, list[str]]]
        """
        self.ensure_one()
        lines = self._amazon_item_lines().filtered('amazon_asin')
        questions = []
        for quantity, same in groupby(lines, key=lambda line: max(int(line.product_qty), 1)):
            asins = list(dict.fromkeys(line.amazon_asin for line in same))
            questions += [(quantity, asins[begin:begin + rest.MAX_ITEMS])
                          for begin in range(0, len(asins), rest.MAX_ITEMS)]
        return questions
