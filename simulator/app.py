"""The web application, and the endpoints that purchasing systems call."""

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from . import cxml_reader, cxml_writer, fault_answers
from .accounts import ACCOUNTS, BY_IDENTITY, BY_ORDER_UUID, SUPPLIER_IDENTITY
from .apis_web import apis
from .desk import desk
from .errors import Declined
from .messages_web import messages
from .money_web import money_pages
from .punchin import punchin
from .state import Amazon
from .storefront import money, storefront
from .tracking import tracking
from .trips import check_setup

XML_TYPES = ('text/xml', 'application/xml')
LARGEST_DOCUMENT = 4 * 1024 * 1024

cxml = Blueprint('cxml', __name__)


def create_app():
    app = Flask(__name__)
    app.config['MAX_CONTENT_LENGTH'] = LARGEST_DOCUMENT
    app.json.ensure_ascii = False
    app.json.sort_keys = False
    app.extensions['amazon'] = Amazon()
    app.jinja_env.filters['money'] = money
    for blueprint in (cxml, storefront, punchin, desk, messages, money_pages, apis, tracking):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _error_page)
    return app


def _error_page(error):
    if request.path.startswith('/api/'):
        return jsonify(error=error.description), error.code
    return render_template('error.html', error=error), error.code


@cxml.get('/accounts.json')
def accounts():
    return jsonify([
        {
            'identity': account.identity,
            'secret': account.shared_secret,
            'currency': account.currency,
            'country': account.country,
            'lang': account.lang,
            **_addresses(account),
        }
        for account in ACCOUNTS
    ])


def _addresses(account):
    """Return the addresses of a group for its purchasing system, as Amazon shows them."""
    root = request.host_url.rstrip('/')
    return {
        'setup_url': f'{root}/punchout',
        'setup_test_url': f'{root}/punchout/test',
        'order_url': f'{root}/order/{account.order_uuid}',
    }


@cxml.get('/purchasing-system')
@cxml.get('/purchasing-system/<identity>')
def purchasing_system(identity=ACCOUNTS[0].identity):
    """Show the values of a group that an administrator copies to the purchasing system."""
    account = BY_IDENTITY.get(identity) or abort(404)
    return render_template(
        'purchasing_system.html', account=account, accounts=ACCOUNTS, supplier=SUPPLIER_IDENTITY, **_addresses(account))


@cxml.post('/punchout')
@cxml.post('/punchout/test')
def punchout():
    def start(document, strict):
        setup = cxml_reader.read_setup_request(document)
        account = check_setup(setup, request.path)
        origin = request.host_url.rstrip('/')
        trip = current_app.extensions['amazon'].trips.start(account, setup, origin)
        return cxml_writer.write_setup_response(f'{origin}/start/{trip.token}')

    return _answer('setup', start)


@cxml.post('/order/<uuid>')
def order(uuid):
    addressee = BY_ORDER_UUID.get(uuid) or abort(404)
    if cxml_reader.is_profile_request(request.get_data()):
        return Response(cxml_writer.write_status(200, 'OK'), mimetype='text/xml')  # no order, so no fault of orders

    def take(document, strict):
        amazon = current_app.extensions['amazon']
        order = amazon.orders.receive(addressee, cxml_reader.read_order_request(document), document, strict)
        if order.times_received == 1:
            amazon.messages.order_received(order)
        return cxml_writer.write_status(200, 'OK')

    return _answer('order', take)


def _answer(target, act):
    """Process the document and answer, unless a fault changes that.

    Documents are declined with a cXML Status and HTTP 200, as Amazon does; faults like 400_http change the HTTP status.

    :param str target: the kind of document, for faults and the desk.
    :param act: turns the document's bytes into the answer's or raises Declined; strict makes it decline at once.
    """
    amazon = current_app.extensions['amazon']
    # Read it in any case: closing a connection with unread bytes would reset it, which is another fault.
    document = request.get_data()
    fault = amazon.faults.take(target)
    body = b''
    if fault is None or fault.processed:
        try:
            if request.mimetype not in XML_TYPES:
                raise Declined(400, f'The Content-Type is "{request.mimetype}", but cXML is sent as text/xml.')
            body = act(document, strict=fault is not None and fault.kind == 'strict')
        except Declined as declined:
            amazon.note_declined(target, declined)
            body = cxml_writer.write_status(declined.code, 'failure', declined.text)
    return fault_answers.answer(fault, body, amazon.stopping)
