import json

from markupsafe import Markup

from odoo import api, fields, models

from ...tools.said import say_day

# More than these would push the lines off the screen, so the ones before them are folded.
SHOWN = 6
STEP = Markup(
    '<li class="o_amazon_step o_amazon_%(tone)s"><span class="o_amazon_moment">%(when)s</span>'
    '<span class="o_amazon_sentence">%(sentence)s%(detail)s</span></li>')
DETAIL = Markup('<span class="o_amazon_detail">%s</span>')
STEPS = Markup('<ol class="o_amazon_timeline" aria-label="%s">%s</ol>')
EARLIER = Markup('<details><summary class="text-700">%s</summary>%s</details>')


class PurchaseOrderTimeline(models.Model):
    """What happened to an order, with times and people."""
    _inherit = 'purchase.order'

    # People who read an order may know what happened to it, as its chatter and its sentence say; addresses, documents
    # and hashes stay in its history.
    amazon_timeline = fields.Html(
        "Progress", compute='_compute_amazon_timeline', compute_sudo=True, sanitize=False)  # escaped where made

    @api.depends('amazon_session_id', 'amazon_state', 'state')
    @api.depends_context('lang', 'tz', 'uid')
    def _compute_amazon_timeline(self):
        """List the steps of orders that came from Amazon; other orders cost no query."""
        carts = self.filtered('amazon_session_id')
        (self - carts).amazon_timeline = False
        trail = self.env['amazon.punchout.trail']
        rows = trail.search([('res_id', 'in', carts.ids)], order='res_id, sequence') if carts.ids else trail
        by_order = rows.grouped('res_id')
        for order in carts:
            order.amazon_timeline = order._amazon_timeline_html(by_order.get(order._origin.id, trail))

    def _amazon_timeline_html(self, rows):
        """Write the steps as a list, the first one first.

        :param rows: the `amazon.punchout.trail` rows of this order
        :rtype: Markup
        """
        steps = sorted(self._amazon_steps(rows), key=lambda step: step.moment)
        earlier = len(steps) - SHOWN + 1 if len(steps) > SHOWN else 0
        shown = [STEP % {
            'tone': step.tone, 'sentence': step.sentence, 'detail': step.detail and DETAIL % step.detail,
            'when': say_day(self.env, step.moment.date()) if step.is_day else self._amazon_when(step.moment),
        } for step in steps]
        label = self.env._("Progress")
        return Markup().join((
            EARLIER % (self.env._("%s earlier steps", earlier), STEPS % (label, Markup().join(shown[:earlier])))
            if earlier else Markup(),
            STEPS % (label, Markup().join(shown[earlier:])) if shown else Markup()))


class AmazonPunchoutTrailTimeline(models.Model):
    _inherit = 'amazon.punchout.trail'

    def _person(self):
        """Name the user of a row.

        :rtype: str
        """
        return self.user_id.name or self.env._("Amazon")

    def _detail(self, name):
        """Give a detail of a row.

        :param str name: its key
        :return: None if the row has no such detail
        """
        return json.loads(self.details or '{}').get(name)
