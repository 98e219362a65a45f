from odoo import api, fields, models


class AmazonPunchoutBatch(models.TransientModel):
    """What became of each order of a server action."""
    _name = 'amazon.punchout.batch'
    _description = "Amazon Orders, One by One"

    line_ids = fields.One2many('amazon.punchout.batch.line', 'batch_id')

    @api.model
    def _show(self, title, lines):
        """:param str title: of the list
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
    _name = 'amazon.punchout.batch.line'
    _description = "Amazon Order of a Batch"

    batch_id = fields.Many2one('amazon.punchout.batch', required=True, ondelete='cascade')
    order_id = fields.Many2one('purchase.order', ondelete='cascade')
    name = fields.Char("Reference")
    done = fields.Boolean()
    result = fields.Text()
    links = fields.Html("On Amazon", help="Where a person goes on.")
