from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import DELIVERY_COUNTRIES
from ...tools.checklist import RECOMMENDED, REQUIRED, Check
from ...tools.sentences import shown_choice


class AmazonPunchoutGroupLocations(models.Model):
    """The locations of a group: the warehouses to which Amazon delivers."""
    _inherit = 'amazon.punchout.group'

    @api.constrains('warehouse_ids', 'warehouse_id')
    def _check_default_location(self):
        for group in self:
            chosen = group.with_context(active_test=False).warehouse_ids
            if chosen and group.warehouse_id and group.warehouse_id not in chosen:
                raise ValidationError(self.env._(
                    "%(warehouse)s is not one of the locations of the Amazon group %(group)s, so it can't be the "
                    "default location. Add it to the locations or choose another default.",
                    warehouse=group.warehouse_id.name, group=group.name))

    # === WHERE AMAZON DELIVERS === #

    # Amazon publishes no list for Business, so what the addon assumes may be wrong for an account.
    delivery_country_ids = fields.Many2many(
        'res.country', 'amazon_punchout_group_country_rel', 'group_id', 'country_id', string="Other Countries",
        tracking=True,
        help="Countries to which Amazon delivers the orders of this group besides those that Odoo assumes for its "
             "marketplace. Locations in all other countries are not offered.")

    def _delivery_countries(self):
        """List the countries to which the group's marketplace delivers; an addon that adds a marketplace extends this.

        :return: ISO codes; empty if nothing is known
        :rtype: frozenset[str]
        """
        self.ensure_one()
        return DELIVERY_COUNTRIES.get(self.marketplace, frozenset())

    def _location_problem(self, warehouse):
        """Say why Amazon can't deliver to a location of this group.

        :param warehouse: a `stock.warehouse`
        :return: a sentence; None if it can
        :rtype: str | None
        """
        return warehouse._amazon_address_problem() or self._country_problem(warehouse)

    def _country_problem(self, warehouse):
        """Say that the group's marketplace does not deliver to the country of a location.

        :param warehouse: a `stock.warehouse`
        :return: a sentence; None if it does, or if the location has no country yet
        :rtype: str | None
        """
        self.ensure_one()
        countries, country_sudo = self._delivery_countries(), warehouse.sudo().partner_id.country_id
        if (not countries or not country_sudo or country_sudo.code in countries
                or country_sudo in self.sudo().delivery_country_ids):  # of every shopper's group
            return None
        marketplace = shown_choice(self, 'marketplace', self.marketplace)
        return self._(
            "Amazon in %(marketplace)s does not deliver to %(country)s, where warehouse %(warehouse)s is. Choose "
            "another location.", marketplace=marketplace, country=country_sudo.name, warehouse=warehouse.name)

    def _offered_warehouses(self):
        """Find the locations of this group to which Amazon can deliver.

        :return: the `stock.warehouse` records, the default one first; all locations if Amazon can deliver to none,
            since the next step then says what is missing
        """
        self.ensure_one()
        warehouses = self._allowed_warehouses()
        return warehouses.filtered(lambda warehouse: not self._location_problem(warehouse)) or warehouses

    # === CHECKLIST === #

    def _checklist(self):
        """Override to require complete addresses, and to warn of names that Amazon cuts."""
        warehouses = self._allowed_warehouses()
        return super()._checklist() + [
            Check('locations', 100, REQUIRED, bool(warehouses), self._locations_sentence(warehouses), 'locations',
                  'warehouse_ids'),
            *(self._checklist_address(warehouse) for warehouse in warehouses),
            self._checklist_billing_address(),
            *self._checklist_countries(warehouses),
            *self._checklist_deliver_to(warehouses),
        ]

    def _locations_sentence(self, warehouses):
        """Say whether there is a location.

        :param warehouses: the allowed `stock.warehouse` records
        :rtype: str
        """
        if warehouses:
            return self.env._("Amazon can deliver to: %s.", ", ".join(warehouses.mapped('name')))
        if self.with_context(active_test=False).warehouse_ids:
            return self.env._("All locations of this group are archived. Choose a location to which Amazon delivers.")
        return self.env._("%s has no warehouse. Create one to which Amazon can deliver.", self.company_id.name)

    def _checklist_address(self, warehouse):
        """Require the complete address of a location.

        :param warehouse: a `stock.warehouse`
        :rtype: Check
        """
        problem = warehouse._amazon_address_problem()
        sentence = self._ask_for_contacts(problem) if problem else self.env._(
            "The address of warehouse %s is complete.", warehouse.name)
        return Check(f'address_{warehouse.id}', 101, REQUIRED, not problem, sentence, 'locations',
                     'action_see_locations')

    def _checklist_countries(self, warehouses):
        """Warn of locations to whose country the marketplace does not deliver: they are not offered.

        :param warehouses: the allowed `stock.warehouse` records
        :rtype: list[Check]
        """
        return [
            Check(
                f'country_{warehouse.id}', 104, RECOMMENDED, False, self.env._(
                    "%(problem)s If Amazon does deliver there, add the country to Other Countries.", problem=problem),
                'locations', 'delivery_country_ids')
            for warehouse in warehouses if (problem := self._country_problem(warehouse))
        ]

    def _checklist_billing_address(self):
        """Require the complete billing address of the company.

        :rtype: Check
        """
        problem = self.company_id._amazon_billing_problem()
        sentence = self._ask_for_contacts(problem) if problem else self.env._(
            "The billing address of %s is complete.", self.company_id.name)
        page = 'action_open_billing_address' if self._may_edit_contacts() else ''
        return Check('billing_address', 102, REQUIRED, not problem, sentence, page)

    def _may_edit_contacts(self):
        return self.env['res.partner'].has_access('write')

    def _ask_for_contacts(self, problem):
        """Add to a problem whom to ask, if the user can't fix it.

        :param str problem: of an address
        :rtype: str
        """
        if self._may_edit_contacts():
            return problem
        return self.env._("%s Ask a system administrator or someone who may edit contacts.", problem)

    def _checklist_deliver_to(self, warehouses):
        """Warn of fixed names that Amazon cuts; those of shoppers are judged at each approval, since they change.

        :param warehouses: the allowed `stock.warehouse` records
        :rtype: list[Check]
        """
        return [
            Check(f'deliver_to_{warehouse.id}', 103, RECOMMENDED, False, self.env._(
                "%(warehouse)s: %(note)s", warehouse=warehouse.name, note=note), 'locations', 'warehouse_ids')
            for warehouse in warehouses if warehouse.amazon_deliver_to == 'location'
            and (note := warehouse._amazon_deliver_to_note(self, self.env.user))
        ]

    # === ACTIONS === #

    def action_open_billing_address(self):
        """Open the contact that is Amazon's billing address, with the rights of the current user."""
        self.ensure_one()
        self.check_access('write')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'res.partner',
            'res_id': self.company_id._amazon_bill_to_partner().id,
            'views': [(False, 'form')],
        }

    def action_see_locations(self):
        """Open the locations of this group, which are all warehouses if none is chosen."""
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_location_action'),
            'name': self.env._("Locations of %s", self.name),
            'domain': [('id', 'in', self._allowed_warehouses().ids)],
        }
