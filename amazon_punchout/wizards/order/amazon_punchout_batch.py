from odoo import api, fields, models


class AmazonPunchoutBatch(models.TransientModel):
    """The results of a server action on many orders."""
    _name = 'amazon.punchout.batch'
    _description = "Amazon Server Action Results"

    line_ids = fields.One2many('amazon.punchout.batch.line', 'batch_id')

    @api.model
    def _show(self, title, lines):
        """Open a list of results.

        :param str title: of the list
        :param list[dict] lines: values of its lines
        :return: an action that opens the list
        :rtype: dict
        """
        batch = self.create({'line_ids': [fields.Command.create(line) for line in lines]})
        return {
            'type': 'ir.actions.act_window',
            'name': title,
            'res_model': self._name,
            'res_id': batch.id,
            'views': [(False, 'form')],
            'target': 'new',
        }


class AmazonPunchoutBatchLine(models.TransientModel):
    """The result for one order."""
    _name = 'amazon.punchout.batch.line'
    _description = "Amazon Server Action Result"

    batch_id = fields.Many2one('amazon.punchout.batch', required=True, ondelete='cascade')
    order_id = fields.Many2one('purchase.order', ondelete='cascade')
    name = fields.Char("Order Number")
    done = fields.Boolean()
    result = fields.Text()
    links = fields.Html("On Amazon", help="Where to continue on Amazon.")
