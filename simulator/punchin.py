"""Shopping that starts on Amazon: who is signed in there, and how the cart comes to the purchasing system.

How Amazon does it is not public. Three readings are played, as the group's settings say; see docs/punchin.md.
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
from .message_writers import CXML_DTD, write_request
from .refusal import Impossible

punchin = Blueprint('punchin', __name__)


@dataclass(frozen=True)
class SetupNotice:
    """A PunchOutSetupRequest of Amazon's own: whom the purchasing system shall let in."""

    payload_id: str
    made_at: datetime


@punchin.get('/punchin')
def sign_in():
    return render_template(
        'sign_in.html', accounts=ACCOUNTS, identity=request.args.get('group', ''), email=request.args.get('email', ''),
        settings={account.identity: _settings(account) for account in ACCOUNTS})


@punchin.post('/punchin')
def shop():
    account = BY_IDENTITY.get(request.form.get('identity')) or abort(400, 'There is no such group.')
    email = request.form.get('email', '').strip()
    if '@' not in email:
        abort(400, 'Sign in with an e-mail address.')
    trip = current_app.extensions['amazon'].trips.start_here(account, email, request.host_url.rstrip('/'))
    return redirect(url_for('storefront.start', token=trip.token), 303)


def hand_over(trip):
    """Bring a cart that was put together here to the purchasing system.

    :param simulator.trips.Trip trip: with a cart.
    :return: what the shopper's browser does next.
    :raise simulator.refusal.Impossible: the purchasing system said no, or nobody told where it is.
    """
    settings = _settings(trip.account)
    trips = current_app.extensions['amazon'].trips
    if settings.punchin in (P1, P2, P3_CART) and not settings.punchin_url or not settings.punchin:
        raise Impossible(f'Say first under Messages how {trip.account.identity} does Punch-in, and where its address is.')
    if settings.punchin == P1:
        trips.wait(trip)
        return redirect(settings.punchin_url, 303)
    sale = trips.sell(trip)
    if settings.punchin == P2:
        return render_template(
            'handover.html', trip=trip, action=settings.punchin_url, field='cxml-urlencoded', cxml=write_cart(sale).decode(),
            lines=len(sale.lines))
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
        raise Impossible(f'Say first under Messages where those of {account.identity} go to.')
    answer = wire.post(account, settings, document)
    if not answer.is_delivered:
        raise Impossible(f'The purchasing system did not take it: {answer.http or ""} {answer.code} {answer.text}')
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
        raise Impossible('The purchasing system named no StartPage.')
    return url
