from odoo import fields, models


class AmazonPunchoutGroupProblems(models.Model):
    """The problems of a group."""
    _inherit = 'amazon.punchout.group'

    problem_count = fields.Integer("Number of Problems", compute='_compute_problem_count')

    def _compute_problem_count(self):
        """Count the problems that the reader may see."""
        counts = dict(self.env['amazon.punchout.problem']._read_group(
            [('group_id', 'in', self.ids)], ['group_id'], ['__count']))
        for group in self:
            group.problem_count = counts.get(group._origin, 0)

    def action_open_problems(self):
        """Open the problems of this group."""
        self.ensure_one()
        self.check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id('amazon_punchout.amazon_punchout_problem_action')
        return {**action, 'domain': [('group_id', '=', self.id)]}
