from odoo import api, fields, models

from ...tools.pasted import read_pasted

PASTED_FIELDS = ('setup_url', 'setup_test_url', 'order_url', 'identity', 'shared_secret')


class AmazonPunchoutGroupPasted(models.Model):
    """The credentials of a group in one step, as copied from the group's page on Amazon."""
    _inherit = 'amazon.punchout.group'

    # No column: the text holds the secret, so it is read in the open form and dropped.
    pasted = fields.Text(
        "Paste Amazon's Values", store=False, exportable=False, groups='amazon_punchout.group_administrator',
        help="The part of Amazon's page with the values, as one block of text. The values are filled into the fields "
             "below; the text itself is not stored.")
    identity_note = fields.Char(compute='_compute_identity_note')

    @api.model
    def _read_pasted(self, text):
        """Find the values in a text that was copied from Amazon's page.

        :param str text: as it was pasted
        :return: the values that were found, by field of this model
        :rtype: dict[str, str]
        """
        return read_pasted(text)

    @api.onchange('pasted')
    def _onchange_pasted(self):
        """Fill the values into the open form, where they are seen before they are stored."""
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
                "Not found: %s. Copy the values together with their labels, or enter them manually.",
                self._labels_of(missing)))
        return {'warning': {
            'title': self.env._("Amazon's Values"), 'message': "\n".join(sentences), 'type': 'notification'}}

    # === OF ANOTHER GROUP === #

    @api.depends('identity')
    def _compute_identity_note(self):
        for group in self:
            group.identity_note = group._identity_note(group.identity)

    def _identity_note(self, identity):
        """Say which other groups have an identity. Groups may share one, so it is no problem.

        :param str identity: as it was entered for this group, or for a new one if there is none
        :return: empty if there are none
        :rtype: str
        """
        others = self.with_context(active_test=False).search(
            [('identity', '=', identity), ('id', 'not in', self._origin.ids)]) if identity else self.browse()
        return self.env._(
            "%(groups)s has this identity, too. Check that the values come from this group's page on Amazon.",
            groups=", ".join(others.mapped('name'))) if others else ""

    def _labels_of(self, names):
        """Join the labels of fields of this model.

        :param names: names of fields
        :rtype: str
        """
        return ", ".join(self._fields[name]._description_string(self.env) for name in names)
