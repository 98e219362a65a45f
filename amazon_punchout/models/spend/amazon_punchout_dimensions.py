from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.unspsc_segments import SEGMENTS


class AmazonPunchoutDimensions(models.AbstractModel):
    """By what the reports on spending group their rows."""
    _name = 'amazon.punchout.dimensions'
    _description = "Amazon Report"

    date = fields.Date(readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    group_id = fields.Many2one('amazon.punchout.group', "Amazon Group", readonly=True)
    warehouse_id = fields.Many2one('stock.warehouse', "Location", readonly=True)
    requester_id = fields.Many2one('res.users', readonly=True, help="Who shopped, or bought outside Odoo.")
    department = fields.Char(readonly=True, help="The requester's department, if the Employees app is installed.")
    segment = fields.Selection(
        SEGMENTS, "Category", readonly=True, help="The segment of UNSPSC: its first two digits.")
    seller = fields.Char(readonly=True)
    order_id = fields.Many2one('purchase.order', "Purchase Order", readonly=True)

    @api.model
    def _search(self, *args, **kwargs):
        """Override of `base` to keep PostgreSQL from compiling the query, which takes longer than the query."""
        self.env.cr.execute("SET LOCAL jit = off")
        return super()._search(*args, **kwargs)

    # === SQL === #

    def _day(self, moment):
        """Write the day of a moment, in the time zone of the reader."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, self.env.tz.zone)

    def _segment(self, unspsc):
        """Write the segment of a code of UNSPSC, if it is one that exists."""
        return SQL("CASE WHEN LEFT(%s, 2) IN %s THEN LEFT(%s, 2) END", unspsc, tuple(dict(SEGMENTS)), unspsc)

    def _departments(self, requester):
        """Write the department of the requester, and what must be joined for it.

        :param SQL requester: the id of the user; the company is that of `company`
        :rtype: dict[str, SQL]
        """
        if 'hr.employee' not in self.env:
            return {'department': SQL("NULL::varchar"), 'join_departments': SQL()}
        # sudo() for the name of the department only; what people bought who have left since counts, too
        employees_sudo = self.env['hr.employee'].sudo().with_context(active_test=False)
        query = employees_sudo._search([('user_id', '!=', False), ('department_id', '!=', False)])
        columns = [
            SQL("%s AS %s", employees_sudo._field_to_sql(query.table, name, query), SQL.identifier(name))
            for name in ('user_id', 'company_id', 'department_id')]
        return {
            'department': self.env['hr.department'].sudo()._field_to_sql('department', 'name'),
            'join_departments': SQL(
                """
                LEFT JOIN (%s) employee ON employee.user_id = %s AND employee.company_id = company.id
                LEFT JOIN hr_department department ON department.id = employee.department_id
                """, query.select(*columns), requester),
        }
