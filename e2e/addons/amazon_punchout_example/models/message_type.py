from odoo import api, models


class AmazonPunchoutDocument(models.Model):
    _inherit = 'amazon.punchout.document'

    @api.model
    def _type_names(self):
        """Override of `amazon_punchout` to name the message."""
        return {**super()._type_names(), 'StatusUpdateRequest': self.env._("Status Update")}

    @api.model
    def _message_steps(self):
        """Override of `amazon_punchout` to process the message."""
        return {**super()._message_steps(), 'StatusUpdateRequest': '_process_status_update'}

    def _process_status_update(self):
        """Post a note on the order that the message names.

        :return: what a person should look at, or None
        """
        self._link_order()
        if not self.purchase_order_id:
            return self._("This status update names no order in Odoo.")
        self.purchase_order_id.message_post(body=self.env._("Amazon sent a status update."))
        return None
