"""Shopping that starts on Amazon: sign in, and return the cart to the purchasing system.

How Amazon does it is not public. The group's settings select one of three ways; see docs/punchin.md.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from lxml import etree

from . import wire
from .accounts import ACCOUNTS, BY_IDENTITY
from .cxml_elements import element, new_payload_id, now
from .cxml_writer import write_cart
from .deliveries import P1, P2, P3_CART
from .errors import Impossible
from .message_writers import CXML_DTD, write_request

punchin = Blueprint('punchin', __name__)


@dataclass(frozen=True)
class SetupNotice:
    """A PunchOutSetupRequest from Amazon, which announces a shopper to the purchasing system."""

    payload_id: str
    made_at: datetime


@punchin.get('/punchin')
def sign_in():
    return render_template(
        'sign_in.html', accounts=ACCOUNTS, identity=request.args.get('group', ''), email=request.args.get('email', ''),
        settings={account.identity: _settings(account) for account in ACCOUNTS})


@punchin.post('/punchin')
def shop():
    account = BY_IDENTITY.get(request.form.get('identity')) or abort(400, 'This group does not exist.')
    email = request.form.get('email', '').strip()
    if '@' not in email:
        abort(400, 'Sign in with an email address.')
    trip = current_app.extensions['amazon'].trips.start_here(account, email, request.host_url.rstrip('/'))
    return redirect(url_for('storefront.start', token=trip.token), 303)


def hand_over(trip):
    """Return the cart of a trip that started here to the purchasing system.

    :param simulator.trips.Trip trip: a trip with a cart.
    :return: the answer to the shopper's browser.
    :raises simulator.errors.Impossible: if the purchasing system did not accept it, or its address is not set.
    """
    settings = _settings(trip.account)
    trips = current_app.extensions['amazon'].trips
    if settings.punchin in (P1, P2, P3_CART) and not settings.punchin_url or not settings.punchin:
        raise Impossible(f'Choose in Messages how {trip.account.identity} does Punch-in, and set its address.')
    if settings.punchin == P1:
        trips.wait(trip)
        return redirect(settings.punchin_url, 303)
    sale = trips.sell(trip)
    if settings.punchin == P2:
        return render_template(
            'handover.html', trip=trip, action=settings.punchin_url, field='cxml-urlencoded',
            cxml=write_cart(sale).decode(), lines=len(sale.lines))
    if settings.punchin == P3_CART:
        _post(trip.account, settings, write_cart(sale, trip.request.email))
        return redirect(settings.punchin_url, 303)
    answer = _post(trip.account, settings, _write_setup_notice(trip))
    start_page = _start_page(answer)
    _post(trip.account, settings, write_cart(sale))
    return redirect(start_page, 303)


def _settings(account):
    return current_app.extensions['amazon'].post_office.settings(account)


def _post(account, settings, document):
    if not settings.url:
        raise Impossible(f'Set the address for messages of {account.identity} in Messages first.')
    answer = wire.post(account, settings, document)
    if not answer.is_delivered:
        words = f'{answer.http or ""} {answer.code} {answer.text}'
        raise Impossible(f'The purchasing system did not accept the cart: {words}')
    return answer


def _write_setup_notice(trip):
    return write_request(trip.account, SetupNotice(new_payload_id(), now()), CXML_DTD, element(
        'PunchOutSetupRequest',
        element('BuyerCookie', text=trip.request.buyer_cookie),
        element('Extrinsic', text=trip.request.email, name='UserEmail'),
        operation='create',
    ))


def _start_page(answer):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    url = etree.fromstring(answer.body.encode(), parser).findtext('Response/PunchOutSetupResponse/StartPage/URL') or ''
    if urlsplit(url).scheme not in ('http', 'https'):
        raise Impossible('The purchasing system\'s answer has no StartPage.')
    return url
