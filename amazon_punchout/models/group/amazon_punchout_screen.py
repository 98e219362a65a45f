from odoo import models

from ...tools.said import browser_tz


class AmazonPunchoutScreen(models.AbstractModel):
    """Records that tell moments in sentences, and are read by the web client.

    The web client writes its fields in the time zone of the browser, which may not be the one of the user's
    preferences: a traveller would read two times of one moment on one page.
    """
    _name = 'amazon.punchout.screen'
    _description = "Read in the Time Zone of the Browser"

    def _as_browser(self):
        tz = browser_tz()
        return self.with_context(tz=tz) if tz else self

    def web_read(self, specification):
        """Override of `web` to write sentences in the time zone of the browser, as the fields beside them."""
        return super(AmazonPunchoutScreen, self._as_browser()).web_read(specification)

    def onchange(self, values, field_names, fields_spec):
        """Override of `web` to write sentences in the time zone of the browser, as :meth:`web_read`."""
        return super(AmazonPunchoutScreen, self._as_browser()).onchange(values, field_names, fields_spec)
