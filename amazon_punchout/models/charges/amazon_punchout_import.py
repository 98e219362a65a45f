from odoo import fields, models


class AmazonPunchoutImport(models.Model):
    """A report that was downloaded from Amazon: the file, what it says, and what became of it."""
    _name = 'amazon.punchout.import'
    _description = "Amazon Report Import"
    _inherit = ['mail.thread']
    _order = 'id desc'

    name = fields.Char("File Name", required=True, readonly=True)
    file = fields.Binary(readonly=True, attachment=True)
    state = fields.Selection([
        ('draft', "To Check"),
        ('ready', "Checked"),
        ('running', "Importing"),
        ('done', "Imported"),
        ('undone', "Undone"),
    ], "Status", default='draft', required=True, readonly=True, index=True)
    user_id = fields.Many2one('res.users', "Imported By", required=True, readonly=True)
    company_ids = fields.Many2many(
        'res.company', 'amazon_punchout_import_company_rel', 'import_id', 'company_id', string="Companies",
        readonly=True, help="The companies that the report is about. Only users of all of them can open it.")


class AmazonPunchoutReportedOrder(models.Model):
    """What Amazon's reports say about an order as a whole, whether it was bought with Odoo or not."""
    _name = 'amazon.punchout.reported.order'
    _description = "Order in Amazon's Reports"
    _rec_name = 'amazon_order_ref'
    _order = 'order_date desc, id desc'

    amazon_order_ref = fields.Char("Amazon Order", required=True, readonly=True)
    company_id = fields.Many2one('res.company', readonly=True, index=True)
    purchase_order_number = fields.Char("PO Number", readonly=True, index='btree_not_null')
    currency_id = fields.Many2one('res.currency', readonly=True)
    net_total = fields.Monetary("Order Net Total", readonly=True)
    order_date = fields.Date(readonly=True)
    status = fields.Char("Status at Amazon", readonly=True)
    is_cancelled = fields.Boolean("Cancelled", readonly=True)
    is_pending = fields.Boolean("Pending", readonly=True)

    _amazon_order_ref_uniq = models.UniqueIndex("(amazon_order_ref)", "This order was stored meanwhile.")
