from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_amount

from ...tools.cart_lock import lifted


class PurchaseOrderPrices(models.Model):
    """What the items of a cart cost now, as a note to those who are asked for approval.

    Nothing else in the order changes.
    """
    _inherit = 'purchase.order'

    amazon_prices_asked = fields.Boolean(
        "Prices Asked", copy=False, readonly=True, help="Amazon was asked what the items cost now.")

    def _amazon_keep_prices_asked(self):
        """Keep that Amazon was asked, so that it is not asked again."""
        with lifted():
            self.amazon_prices_asked = True

    def _amazon_note_prices(self, offers):
        """Tell the people who are asked for approval what the items cost now.

        :param dict offers: lists of :class:`rest.Offer` values, by ASIN and quantity
        """
        self.ensure_one()
        self._amazon_keep_prices_asked()
        people = self._amazon_people_to_ask()
        if self.state != 'to approve' or not people or not offers:
            return
        order = self.with_context(lang=people[0].lang, tz=people[0].tz)
        sentences = [sentence for line in order._amazon_item_lines() if (sentence := line._amazon_price_sentence(
            offers.get((line.amazon_asin, max(int(line.product_qty), 1)))))]
        held = order._amazon_date_and_time(order.amazon_valid_until)
        first = order.env._(
            "Amazon holds the prices of this cart until %s. If it is ordered later, these may apply:", held) \
            if sentences else order.env._(
                "Amazon holds the prices of this cart until %s. At the moment, its prices outside of the cart are the "
                "same.", held)
        rows = Markup().join(Markup("<li>%s</li>") % sentence for sentence in sentences)
        order.message_post(
            body=Markup("<p>%s</p>%s") % (first, rows and Markup("<ul>%s</ul>") % rows),
            partner_ids=people.partner_id.ids, subtype_xmlid='mail.mt_note')


class PurchaseOrderLinePrices(models.Model):
    _inherit = 'purchase.order.line'

    def _amazon_price_sentence(self, offers):
        """Compare the cart's price with the offers of now.

        The offer of the cart's seller counts; without one, Amazon's first offer.

        :param offers: :class:`rest.Offer` values; None if Amazon did not say anything about the item
        :return: a sentence if something differs, else empty
        :rtype: str
        """
        self.ensure_one()
        if offers is None:
            return ""
        currency, title = self.order_id.currency_id, self._amazon_title()
        cart = format_amount(self.env, self.amazon_cart_price, currency)
        priced = [offer for offer in offers if offer.price is not None and offer.currency in (None, currency.name)]
        if not priced:
            return "" if offers else self.env._(
                "%(title)s: not offered now, %(cart)s in the cart", title=title, cart=cart)
        seller = (self.amazon_seller or "").strip().casefold()
        same = [offer for offer in priced if seller and (offer.seller or "").strip().casefold() == seller]
        offer = (same or priced)[0]
        now = format_amount(self.env, float(offer.price), currency)
        if offer.most is not None and offer.most < self.product_qty:
            return self.env._(
                "%(title)s: %(now)s now, %(cart)s in the cart; at most %(most)s can be ordered now", title=title,
                now=now, cart=cart, most=offer.most)
        if not currency.compare_amounts(float(offer.price), self.amazon_cart_price):
            return ""
        if not same and seller and offer.seller:
            return self.env._(
                "%(title)s: %(now)s now from %(seller)s, %(cart)s in the cart from %(cart_seller)s", title=title,
                now=now, seller=offer.seller, cart=cart, cart_seller=self.amazon_seller)
        return self.env._("%(title)s: %(now)s now, %(cart)s in the cart", title=title, now=now, cart=cart)
