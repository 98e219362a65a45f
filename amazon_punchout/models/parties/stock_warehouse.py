from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import DELIVER_TO_LENGTH
from ...tools.sentences import joined, sentence

# The fields of warehouses that administrators of the addon may write, although they may not write warehouses.
AMAZON_FIELDS = frozenset({'amazon_address_id', 'amazon_deliver_to', 'amazon_deliver_to_name', 'amazon_phone'})


class StockWarehouse(models.Model):
    """A warehouse as a location: the address to which Amazon delivers."""
    _inherit = 'stock.warehouse'
    _ = sentence

    amazon_address_id = fields.Char(
        "Amazon Address ID", help="The addressID of this location on Amazon. If empty, the short name is used.")
    amazon_deliver_to = fields.Selection(
        [('requester', "Requester"), ('location', "Fixed Name")], "Deliver To",
        default='requester', required=True, help="The name that Amazon prints on parcels.")
    amazon_deliver_to_name = fields.Char(
        "Name on Parcels", help="E.g. Reception. If empty, the name of the address is used.")
    amazon_phone = fields.Selection(
        [('location', "Location"), ('requester', "Requester")], "Phone for the Carrier",
        default='location', required=True,
        help="The phone number that the carrier gets. The location's number is used for a requester who has none.")
    amazon_group_ids = fields.Many2many(
        'amazon.punchout.group', string="Amazon Groups", compute='_compute_amazon_group_ids',
        groups='purchase.group_purchase_user', help="The groups whose orders can be delivered to this location.")
    amazon_problem = fields.Text(
        "Address Problem", compute='_compute_amazon_problem', groups='purchase.group_purchase_user',
        help="What is missing in the address, or which part of the name Amazon would cut off.")

    # === COMPUTE METHODS === #

    @api.depends('company_id')
    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_amazon_group_ids(self):
        """Find the groups that deliver here; those without chosen locations deliver to every warehouse."""
        groups = self.env['amazon.punchout.group'].search([('company_id', 'in', self.company_id.ids)])
        locations = {group: group._allowed_warehouses() for group in groups}
        for warehouse in self:
            warehouse.amazon_group_ids = groups.browse(
                [group.id for group in groups if warehouse._origin in locations[group]])

    @api.depends('partner_id', 'amazon_deliver_to', 'amazon_deliver_to_name')
    def _compute_amazon_problem(self):
        for warehouse in self:
            cards = warehouse.amazon_group_ids.filtered(lambda group: group.payment_method == 'card')[:1]
            note = cards and warehouse.amazon_deliver_to == 'location' and warehouse._amazon_deliver_to_note(
                cards, self.env.user)
            warehouse.amazon_problem = "\n".join(filter(None, [warehouse._amazon_address_problem(), note])) or False

    # === CRUD METHODS === #

    def write(self, vals):
        """Override of `stock` to keep the locations of groups, and to let administrators of the addon write them."""
        if 'active' in vals and not vals['active']:
            self._amazon_check_unused()
        if vals and vals.keys() <= AMAZON_FIELDS and self.env.user.has_group('amazon_punchout.group_administrator'):
            self.check_access('read')  # in their companies
            self = self.sudo()  # these fields only; all others need the rights of Inventory
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_amazon_uses(self):
        self._amazon_check_unused()

    def _amazon_check_unused(self):
        """Check that no group has chosen these warehouses.

        :raises UserError: a group has
        """
        groups_sudo = self.env['amazon.punchout.group'].sudo().search(  # users of Inventory may not see them
            Domain('warehouse_ids', 'in', self.ids) | Domain('warehouse_id', 'in', self.ids))
        if groups_sudo:
            raise UserError(self.env._(
                "%(warehouses)s can't be archived or deleted: Amazon delivers there for %(groups)s. Ask %(people)s to "
                "remove it from the locations of the Amazon group first.",
                warehouses=", ".join((self & (groups_sudo.warehouse_ids | groups_sudo.warehouse_id)).mapped('name')),
                groups=", ".join(groups_sudo.mapped('name')),
                people=", ".join(sorted({group._responsible_name() for group in groups_sudo}))))

    # === WHAT AMAZON GETS === #

    def _amazon_address_problem(self):
        """Say what Amazon would miss in the address, and where to complete it.

        :return: a sentence; None if the address is complete
        :rtype: str | None
        """
        self.ensure_one()
        partner_sudo = self.sudo().partner_id  # a buyer may not read every contact
        if not partner_sudo:
            return self._("Warehouse %s has no address. Set one.", self.name)
        if missing := partner_sudo._amazon_missing_address_fields():
            return self._(
                "Complete the address of warehouse %(warehouse)s (contact %(partner)s): %(fields)s.",
                warehouse=self.name, partner=partner_sudo.display_name, fields=joined(", ", missing))
        return None

    def _amazon_address_text(self):
        """Write the location with its address on one line.

        :rtype: str
        """
        self.ensure_one()
        partner_sudo = self.sudo().partner_id  # as above
        lines = partner_sudo._display_address(without_company=True).split("\n") if partner_sudo else []
        return ", ".join(filter(None, (self.name, *(line.strip() for line in lines))))

    def _amazon_deliver_to_name_for(self, requester):
        """Give DeliverTo, the name on parcels.

        :param requester: the `res.users` who shopped
        :rtype: str
        """
        self.ensure_one()
        if self.amazon_deliver_to == 'location':
            return self.amazon_deliver_to_name or self.sudo().partner_id.name or self.name
        return requester.sudo().name

    def _amazon_deliver_to_note(self, group, requester):
        """Warn of a name that Amazon cuts, as it does on parcels that are paid by card.

        :param group: the `amazon.punchout.group`
        :param requester: the `res.users` who shopped
        :return: a sentence; None if the name is short enough
        :rtype: str | None
        """
        self.ensure_one()
        name = self._amazon_deliver_to_name_for(requester)
        if group.payment_method != 'card' or len(name) <= DELIVER_TO_LENGTH:
            return None
        return self.env._(
            "Amazon prints only %(length)s characters of the name on parcels that are paid by card: “%(cut)s” instead "
            "of “%(name)s”.", length=DELIVER_TO_LENGTH, cut=name[:DELIVER_TO_LENGTH].rstrip(), name=name)

    def _amazon_prepare_ship_to(self, requester):
        """Prepare the address to which Amazon delivers.

        :param requester: the `res.users` who shopped
        :rtype: cxml.Address
        """
        self.ensure_one()
        partner = self.sudo().partner_id
        phone = None
        if self.amazon_phone == 'requester':
            phone = requester.sudo().partner_id._amazon_prepare_phone(partner.country_id)
        return partner._amazon_prepare_address(
            address_id=self.amazon_address_id or self.code,
            name=partner.commercial_partner_id.name or self.company_id.name,
            deliver_to=self._amazon_deliver_to_name_for(requester),
            email=partner.email or requester._amazon_email(),
            phone=phone)

    # === ACTIONS === #

    def action_amazon_open_address(self):
        """Open the contact that is Amazon's delivery address.

        :raises UserError: the warehouse has no address
        """
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Warehouse %s has no address. Set one.", self.name))
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'res.partner',
            'res_id': self.partner_id.id,
            'views': [(False, 'form')],
        }
