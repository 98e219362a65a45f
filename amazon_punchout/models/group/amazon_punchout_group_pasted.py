from odoo import api, fields, models

from ...tools.pasted import read_pasted

PASTED_FIELDS = ('setup_url', 'setup_test_url', 'order_url', 'identity', 'shared_secret')


class AmazonPunchoutGroupPasted(models.Model):
    """Amazon's values in one go, as a person copies them off the group's page there."""
    _inherit = 'amazon.punchout.group'

    # No column: what was pasted holds the secret, so it is taken apart in the open form and forgotten.
    pasted = fields.Text(
        "Paste Amazon's Values", store=False, exportable=False, groups='amazon_punchout.group_administrator',
        help="The part of Amazon's page with the values, as one block of text: they go into the fields below, and the "
             "text itself is not kept.")

    @api.model
    def _read_pasted(self, text):
        """Take apart what was copied off Amazon's page.

        :param str text: as it was pasted
        :return: values of this model's fields, only those that were found
        :rtype: dict[str, str]
        """
        return read_pasted(text)

    @api.onchange('pasted')
    def _onchange_pasted(self):
        """Put the values into the fields of the open form, where they are seen before anything is stored."""
        if not self.pasted:
            return None
        found = self._read_pasted(self.pasted)
        self.pasted = False
        self.update(found)
        names = [name for name in PASTED_FIELDS if name in found]
        missing = [name for name in ('order_url', 'identity', 'shared_secret') if name not in found]
        sentences = [self.env._("Found: %s. Compare them with Amazon's page, then save.", self._labels_of(names))
                     if names else self.env._("None of Amazon's values was found in the text.")]
        if missing:
            sentences.append(self.env._(
                "Not found: %s. Copy them together with their labels, or fill them in by hand.", self._labels_of(missing)))
        return {'warning': {
            'title': self.env._("Amazon's values"), 'message': "\n".join(sentences), 'type': 'notification'}}

    def _labels_of(self, names):
        return ", ".join(self._fields[name]._description_string(self.env) for name in names)
