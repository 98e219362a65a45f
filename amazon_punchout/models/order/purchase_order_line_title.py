from markupsafe import Markup

from odoo import api, fields, models

from ...tools.links import LINK
from ...tools.visible import visible


class PurchaseOrderLineTitle(models.Model):
    """What a line of a cart is called wherever a person reads it.

    The description stays open for notes, but it always begins with the cart's title. So whatever shows descriptions, in
    core and in other addons, shows first what is ordered: prints, e-mails, receipts, bills.
    """
    _inherit = 'purchase.order.line'

    amazon_item_html = fields.Html(
        "Item", compute='_compute_amazon_item_html', sanitize=False)  # escaped where made
    amazon_notes = fields.Text(
        "Notes", compute='_compute_amazon_notes', inverse='_inverse_amazon_notes',
        help="The description of the line without the title of the item.")

    # === COMPUTE METHODS === #

    @api.depends(
        'name', 'amazon_title', 'amazon_asin', 'amazon_seller', 'amazon_condition', 'amazon_page', 'product_id')
    @api.depends_context('lang')
    def _compute_amazon_item_html(self):
        for line in self:
            line.amazon_item_html = bool(line.order_id.amazon_session_id) and line._amazon_item_html()

    @api.depends('name', 'amazon_title')
    def _compute_amazon_notes(self):
        for line in self:
            line.amazon_notes = line.amazon_title and line._amazon_split_notes(line.name) or False

    def _inverse_amazon_notes(self):
        for line in self.filtered('amazon_title'):
            line.name = line.amazon_notes  # write() puts the title first

    @api.depends('amazon_title')
    def _compute_display_name(self):
        """Override of `base` to call an item by its title wherever it is referred to."""
        super()._compute_display_name()
        for line in self.filtered('amazon_title'):
            line.display_name = line.amazon_title

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `purchase` to let a description add notes to the title of an item, and never replace it."""
        titled = self.filtered('amazon_title') if 'name' in vals else self.browse()
        if not titled:
            return super().write(vals)
        super(PurchaseOrderLineTitle, self - titled).write(vals)
        for name, lines in titled.grouped(lambda line: line._amazon_put_title_first(vals['name'])).items():
            super(PurchaseOrderLineTitle, lines).write({**vals, 'name': name})
        return True

    # === BUSINESS METHODS === #

    def _amazon_split_notes(self, name):
        """Return the notes of a description.

        :param str | bool name: a description, with or without the title
        :rtype: str
        """
        self.ensure_one()
        name = (name or "").replace('\r\n', '\n').strip()
        if name == self.amazon_title:
            return ""
        return name.removeprefix(f'{self.amazon_title}\n').strip()

    def _amazon_put_title_first(self, name):
        """Make a description that begins with the title.

        :param str | bool name: what was entered
        :rtype: str
        """
        notes = self._amazon_split_notes(name)
        return f'{self.amazon_title}\n{notes}' if notes else self.amazon_title

    def _amazon_item_html(self):
        """Write what identifies the item: title, ASIN with the page on Amazon, seller, condition, product.

        :rtype: Markup
        """
        self.ensure_one()
        details = []
        if self.amazon_asin:
            details.append(LINK % (self.amazon_page, visible(self.amazon_asin)))
        if self.amazon_seller:
            details.append(self.env._("sold by %s", self.amazon_seller))
        if self.amazon_condition and self.amazon_condition.casefold() != 'new':
            details.append(Markup('<b>%s</b>') % self.amazon_condition)
        if self.product_id.id not in self.env['amazon.punchout.group']._stand_ins().products:
            details.append(self.product_id.display_name)  # the company's own name for it
        # Amazon's language may run in the other direction than the reader's.
        return Markup('<div class="o_amazon_title"><bdi>%s</bdi></div>%s') % (
            self._amazon_title(),
            Markup('<div class="o_amazon_details">%s</div>') % Markup(" · ").join(details) if details else "")
