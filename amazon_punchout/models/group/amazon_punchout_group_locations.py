from odoo import api, models
from odoo.exceptions import ValidationError

from ...tools.checklist import RECOMMENDED, REQUIRED, Check


class AmazonPunchoutGroupLocations(models.Model):
    """The places that a group delivers to. A location is a warehouse."""
    _inherit = 'amazon.punchout.group'

    @api.constrains('warehouse_ids', 'warehouse_id')
    def _check_default_location(self):
        for group in self:
            chosen = group.with_context(active_test=False).warehouse_ids
            if chosen and group.warehouse_id and group.warehouse_id not in chosen:
                raise ValidationError(self.env._(
                    "The default location %(warehouse)s is none of the locations of the Amazon group %(group)s: add it there, "
                    "or choose another default.", warehouse=group.warehouse_id.name, group=group.name))

    # === CHECKLIST === #

    def _checklist(self):
        warehouses = self._allowed_warehouses()
        return super()._checklist() + [
            Check('locations', 100, REQUIRED, bool(warehouses), self._locations_sentence(), 'locations'),
            *(self._checklist_address(warehouse) for warehouse in warehouses),
            self._checklist_billing_address(),
            *self._checklist_deliver_to(warehouses),
        ]

    def _locations_sentence(self):
        if self.with_context(active_test=False).warehouse_ids:
            return self.env._("All locations of this group are archived: choose one where Amazon delivers to.")
        return self.env._("%s needs a warehouse where Amazon delivers to.", self.company_id.name)

    def _checklist_address(self, warehouse):
        problem = warehouse._amazon_address_problem()
        return Check(f'address_{warehouse.id}', 101, REQUIRED, not problem, self.env._(
            "The address of warehouse %s is complete.", warehouse.name) if not problem else self._ask_for_contacts(problem),
            'locations')

    def _checklist_billing_address(self):
        problem = self.company_id._amazon_billing_problem()
        return Check('billing_address', 102, REQUIRED, not problem, self.env._(
            "The billing address of %s is complete.", self.company_id.name) if not problem else self._ask_for_contacts(problem),
            'action_open_billing_address' if self._may_edit_contacts() else '')

    def _may_edit_contacts(self):
        return self.env['res.partner'].has_access('write')

    def _ask_for_contacts(self, problem):
        """:param str problem: of an address
        :return: the same, and whom to ask if the reader may not mend it
        :rtype: str
        """
        if self._may_edit_contacts():
            return problem
        return self.env._("%s Ask somebody who may edit contacts, or a system administrator.", problem)

    def _checklist_deliver_to(self, warehouses):
        """Names that are always the same; those of the shoppers are told at each approval, since they change.

        :rtype: list[Check]
        """
        return [
            Check(f'deliver_to_{warehouse.id}', 103, RECOMMENDED, False, self.env._(
                "%(warehouse)s: %(note)s", warehouse=warehouse.name, note=note), 'locations')
            for warehouse in warehouses if warehouse.amazon_deliver_to == 'location'
            and (note := warehouse._amazon_deliver_to_note(self, self.env.user))
        ]

    # === ACTIONS === #

    def action_open_billing_address(self):
        """Open the contact whose address Amazon writes its bills to, with the rights of the current user."""
        self.ensure_one()
        self.check_access('write')
        return {
            'type': 'ir.actions.act_window', 'res_model': 'res.partner', 'res_id': self.company_id._amazon_bill_to_partner().id,
            'views': [(False, 'form')],
        }

    def action_see_locations(self):
        """Open the places that this group delivers to, also where none is chosen and every warehouse counts."""
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_location_action'),
            'name': self.env._("Locations of %s", self.name),
            'domain': [('id', 'in', self._allowed_warehouses().ids)],
        }
