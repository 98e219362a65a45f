import re

from odoo import models

from ... import cxml
from ...tools.sentences import shown_label


class ResPartner(models.Model):
    """A contact as an address in Amazon's documents."""
    _inherit = 'res.partner'

    def _amazon_missing_address_fields(self):
        """List the empty fields that Amazon needs.

        Amazon answers 200 to an incomplete address and cancels the order later, so Odoo checks it.

        :return: the labels of the fields
        :rtype: list[str]
        """
        self.ensure_one()
        partner_sudo = self.sudo()  # a buyer may not read every contact
        missing = [
            name for name in ('street', 'city', 'state_id', 'zip', 'country_id', 'phone') if not partner_sudo[name]]
        country_sudo = partner_sudo.country_id
        if 'state_id' in missing and not (country_sudo.state_required and country_sudo.state_ids):
            # By the standard State is optional. Odoo knows states of most countries, but addresses of few need one.
            missing.remove('state_id')
        return [shown_label(self, name) for name in missing]

    def _amazon_prepare_address(self, address_id, name, deliver_to, email, phone=None):
        """Prepare the partner's address.

        :param str address_id: addressID
        :param str name: of the company
        :param str deliver_to: name of the person
        :param str email: to which Amazon writes about the delivery
        :param cxml.Phone | None phone: instead of the partner's own
        :rtype: cxml.Address
        """
        self.ensure_one()
        partner_sudo = self.sudo()
        return cxml.Address(
            address_id=address_id,
            iso_country_code=partner_sudo.country_id.code,
            name=name,
            deliver_to=(deliver_to,),
            streets=tuple(street for street in (partner_sudo.street, partner_sudo.street2) if street),
            city=partner_sudo.city or '',
            state=self._amazon_state(),
            postal_code=partner_sudo.zip or '',
            country_name=partner_sudo.country_id.name,
            email=email,
            phone=phone or self._amazon_prepare_phone(),
        )

    def _amazon_state(self):
        """Give the state as the country's post writes it.

        California is CA in an American address, while a Japanese address names the prefecture.

        :return: the state; empty if there is none
        :rtype: str
        """
        self.ensure_one()
        state_sudo = self.sudo().state_id
        address_format = state_sudo.country_id.address_format or ''
        written_as_code = '%(state_code)s' in address_format and '%(state_name)s' not in address_format
        return (state_sudo.code if written_as_code else state_sudo.name) or ''

    def _amazon_prepare_phone(self, default_country=None):
        """Split the phone number as the DTD requires: country code, area code (which may be empty), number.

        :param default_country: the `res.country` of the number if the partner has none
        :rtype: cxml.Phone | None
        """
        self.ensure_one()
        partner_sudo = self.sudo()
        text = (partner_sudo.phone or '').replace('(0)', '')
        digits = re.sub(r'\D', '', text)
        if not digits:
            return None
        country = partner_sudo.country_id or default_country or self.env['res.country']
        if text.strip().startswith('+') or digits.startswith('00'):
            digits = digits.removeprefix('00')
            if not digits.startswith(str(country.phone_code)):
                country = self._amazon_dialled_country(digits) or country
            digits = digits.removeprefix(str(country.phone_code))
        return cxml.Phone(
            iso_country_code=country.code or '', country_code=str(country.phone_code or ''), area_or_city_code='',
            number=digits)

    def _amazon_dialled_country(self, digits):
        """Find the country of an international number.

        :param str digits: without the international prefix
        :return: the `res.country`; empty if no country has such a number
        """
        codes = [int(digits[:length]) for length in range(1, 5) if len(digits) > length]
        countries = self.env['res.country'].search([('phone_code', 'in', codes)], order='id')
        return countries.sorted(lambda country: -len(str(country.phone_code)))[:1]
