from markupsafe import Markup

from odoo import fields, models

from ...tools.api_faults import ApiClosed
from ...tools.problems import raise_problem
from ...tools.sentences import Reason
from .amazon_punchout_api import DOCUMENTS, PRODUCTS

# The APIs that are asked for single things, each of which has its own next time.
PAUSED_APIS = (DOCUMENTS, PRODUCTS)
# So many failures in a row are told to a person.
FAILURES_TO_NOTIFY = 5


class AmazonPunchoutApiPause(models.Model):
    """Pauses of an API that does not work, whatever it is asked for."""
    _inherit = 'amazon.punchout.api'

    documents_next_at = fields.Datetime("Next Request for PDFs", readonly=True, copy=False)
    documents_failures = fields.Integer(readonly=True, copy=False)
    documents_fault = Reason(readonly=True, copy=False, help="Why the last request for a PDF did not succeed.")

    products_next_at = fields.Datetime("Next Question about Prices", readonly=True, copy=False)
    products_failures = fields.Integer(readonly=True, copy=False)
    products_fault = Reason(
        readonly=True, copy=False, help="Why the last question about prices did not succeed.")

    def _is_due(self, api_name):
        """Tell whether an API may be asked now.

        :param str api_name: of PAUSED_APIS
        :rtype: bool
        """
        self.ensure_one()
        at = self[f'{api_name}_next_at']
        return (not at or at <= fields.Datetime.now()) and self._is_asking(api_name)

    def _go_on(self, api_name):
        """Override to ask soon again."""
        super()._go_on(api_name)
        if api_name in PAUSED_APIS:
            self._end_pause(api_name)

    def _end_pause(self, api_name):
        """Keep that an API works.

        :param str api_name: of PAUSED_APIS
        """
        if any(self[f'{api_name}_{what}'] for what in ('next_at', 'failures', 'fault')):
            self.write({f'{api_name}_next_at': False, f'{api_name}_failures': 0, f'{api_name}_fault': False})
            self._settle_problem()

    def _pause(self, api_name, fault):
        """Keep why there is no answer, and when to ask again.

        :param str api_name: of PAUSED_APIS
        :param ApiFault fault: of the call
        """
        if isinstance(fault, ApiClosed):
            self._stop(api_name, fault)
            return
        failures = self[f'{api_name}_failures']
        self.write({
            f'{api_name}_failures': failures + 1, f'{api_name}_fault': fault.sentence,
            f'{api_name}_next_at': fields.Datetime.now() + self._pause_after(fault, failures)})
        if failures + 1 >= FAILURES_TO_NOTIFY:
            raise_problem(
                self, self._person_to_notify(),
                self.env._("Amazon's %s API does not answer", self._api_title(api_name)),
                Markup("<p>%s</p><p>%s</p>") % (fault.sentence, self.env._("Odoo tries again automatically.")))
