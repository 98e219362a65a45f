from collections import Counter
from decimal import Decimal
from itertools import groupby

from odoo import api, models
from odoo.tools import formatLang

from ...transactions import CHARGE
from .amazon_punchout_import import ENRICHING

# So many charges are listed for each outcome.
LISTED = 500
# In the order on screen, with the field that counts them, and whether a person has to act.
FIGURES = (
    ('to_book', 'to_book_rows', False),
    ('by_invoice', 'by_invoice_rows', False),
    ('outside', 'outside_rows', True),
    ('unsure', 'unsure_rows', True),
    ('held', 'held_rows', True),
    ('unsettled', 'unsettled_rows', False),
    ('known', 'known_rows', False),
    ('elsewhere', 'elsewhere_rows', True),
    ('problem', 'problem_rows', True),
)
# What a person can open. The rows of other companies are not the user's to see.
LISTS = ('to_book', 'by_invoice', 'outside', 'unsure', 'held', 'unsettled', 'known')


class AmazonPunchoutImportFigures(models.Model):
    """What a report states, figure by figure, before and after it is imported."""
    _inherit = 'amazon.punchout.import'

    @api.depends('state', 'sums', 'unknown_names', 'kind', *(field for _key, field, _acts in FIGURES))
    @api.depends_context('lang')
    def _compute_figures(self):
        for report in self:
            texts = report._figure_texts() if report.state in ('ready', 'done') else {}
            report.figures = [{
                'key': key, 'rows': report[field], 'title': texts[key][0], 'text': texts[key][1],
                'sum': report._figure_sum(key), 'acts': acts,
                'opens': key in LISTS and not (key == 'known' and report.state == 'done')
                and report.kind not in ENRICHING,
            } for key, field, acts in FIGURES if key in texts and report[field]]

    def _figure_texts(self):
        """Say what each figure counts, and what becomes of it.

        :return: a title and a sentence by the key of the figure
        :rtype: dict[str, tuple[str, str]]
        """
        self.ensure_one()
        is_done = self.state == 'done'
        return {
            'to_book': (self.env._("For orders in Odoo"), self.env._(
                "They are booked in the background, on bills that are there or as drafts.")
                if is_done else self.env._("They will be booked, on bills that are there or as drafts.")),
            'by_invoice': (self.env._("Paid by invoice"), self.env._(
                "Amazon's invoices are their bills, so nothing is booked from this report.")),
            'outside': (self.env._("Bought outside Odoo"), self.env._(
                "No order in Odoo is for them, or they are fees. Create draft bills of those that you accept.")
                if is_done else self.env._(
                "No order in Odoo is for them, or they are fees. You can create draft bills after the import.")),
            'unsure': (self.env._("To decide"), self.env._(
                "Amazon states them twice, or contradicts itself. They are not booked until a person decides.")),
            'held': (self.env._("Company unknown"), self.env._(
                "No Amazon group has these names, or several companies have. They are not booked until an Amazon "
                "administrator presses Assign to Group: %s", ", ".join(
                    f"“{name['name']}”" for name in self.unknown_names or () if name['name']) or "–")),
            'unsettled': (self.env._("Not settled"), self.env._(
                "Only authorized, pending or cancelled. They are shown, but not booked.")),
            'known': (self.env._("Known"), self.env._("Odoo has them already. They are not booked again.")),
            'elsewhere': (self.env._("Of other companies"), self.env._(
                "You have no access to these companies, so their rows are left out.")),
            'problem': (self.env._("Not understood"), self.env._(
                "They are left out, or understood in part. The list below names the rows and the reasons.")),
        }

    def _figure_sum(self, key):
        """Give the sums of a figure in each currency, as a person reads them.

        :param str key: of the figure
        :rtype: str
        """
        sums = (self.sums or {}).get(key) or {}
        currencies = self.env['res.currency'].with_context(active_test=False).search(
            [('name', 'in', list(sums))], order='name')
        return ", ".join(
            formatLang(self.env, float(sums[currency.name]), currency_obj=currency) for currency in currencies)

    # === ROWS === #

    def _forget_rows(self):
        """Forget what an earlier check has found."""
        self.row_ids.unlink()
        self.sums = {}

    def _keep_rows(self, reading):
        """Add up what a part of the report states, and list its rows while it is only checked.

        :param Reading reading: what becomes of the part
        """
        sums = {key: dict(each) for key, each in (self.sums or {}).items()}
        for (key, currency), amount in reading.sums.items():
            if key in LISTS:
                known = sums.setdefault(key, {})
                known[currency] = str(Decimal(known.get(currency, '0')) + amount)
        self.sums = sums
        rows_sudo = self.env['amazon.punchout.import.row'].sudo()
        listed = Counter(dict(rows_sudo._read_group(
            [('import_id', '=', self.id)], ['outcome'], ['__count'])))
        vals_list = []
        for key, plan in reading.noted:
            # Odoo can't store an amount in a currency that it does not know.
            if key in LISTS and listed[key] < LISTED and plan.stated.currency in reading.currencies:
                listed[key] += 1
                vals_list.append(self._prepare_row_vals(reading, key, plan))
        rows_sudo.create(vals_list)

    def _prepare_row_vals(self, reading, key, plan):
        """Prepare the values of a charge or refund that is only checked.

        :rtype: dict
        """
        stated = plan.stated
        return {
            'import_id': self.id, 'outcome': key, 'row': min(stated.rows, default=0),
            'rows': ranges(stated.rows), 'kind': stated.kind, 'date': stated.date,
            'order_ref': joined(line.order_ref for line in stated.lines),
            'purchase_order_number': joined(line.purchase_order_number for line in stated.lines),
            'title': joined(line.title for line in stated.lines), 'buyer': stated.buyer or stated.buyer_email,
            'owner': stated.account_group or stated.company_name, 'instrument_text': stated.instrument_text,
            'amount': float(stated.amount if stated.kind == CHARGE else -stated.amount),
            'currency_id': reading.currencies[stated.currency].id,
        }

    def action_show_rows(self):
        """Open the rows of a figure: of the file until it is imported, then the charges and refunds.

        :return: the action that opens them; the context says which figure it is
        :rtype: dict
        """
        self.ensure_one()
        self.check_access('read')
        figure = self.env.context.get('figure')
        if self.state != 'done':
            outcomes = dict(self.env['amazon.punchout.import.row']._fields['outcome']._description_selection(self.env))
            return {
                'type': 'ir.actions.act_window', 'name': outcomes.get(figure) or self.env._("Rows"),
                'res_model': 'amazon.punchout.import.row', 'views': [(False, 'list'), (False, 'kanban')],
                'mobile_view_mode': 'kanban',
                'domain': [('import_id', '=', self.id), ('outcome', '=', figure)]}
        found = {
            'to_book': [('order_ids', '!=', False), ('instrument', '!=', 'invoice'), ('is_settled', '=', True)],
            'by_invoice': [('order_ids', '!=', False), ('instrument', '=', 'invoice')],
            'outside': [('outside_kind', '!=', False)],
            'unsure': [('attention', 'in', ('alike', 'doubtful'))],
            'held': [('company_id', '=', False)],
            'unsettled': [('is_settled', '=', False)],
        }.get(figure, [])
        action = self.action_open_transactions()
        return {**action, 'domain': [*action['domain'], *found]}


def joined(texts):
    """Join texts, each once.

    :rtype: str
    """
    return ", ".join(dict.fromkeys(filter(None, texts)))


def ranges(numbers):
    """Write numbers shortly, as in "2-4, 7".

    :rtype: str
    """
    found = []
    # pylint: disable-next=bad-builtin-groupby  # numbers in a row only
    for _gap, each in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        run = [number for _place, number in each]
        found.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
    return ", ".join(found)
