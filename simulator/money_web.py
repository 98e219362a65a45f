"""The pages and routes on which users and scripts charge and refund, download reports, and set up the REST APIs."""

from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, render_template, request, url_for

from . import apis
from .accounts import ACCOUNTS, BY_IDENTITY
from .books.answers import AMOUNTS, DATES, LAST_TOKENS, SIGNS
from .books.records import INVOICE, MARKETS, REGIONS
from .books.report_files import IDENTIFIER, REFERENCE, STYLES
from .books.reports import FORMATS, KINDS, report
from .errors import Impossible
from .month import Month, read
from .month.generate import COUNT
from .order_books import INSTRUMENTS, today

MOST_ORDERS = 5000
MIMETYPES = {'csv': 'text/csv', 'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'}
CHOICES = {'amounts': AMOUNTS, 'dates': DATES, 'last_token': LAST_TOKENS, 'refunds': SIGNS,
           'unknown_order': (apis.EMPTY, apis.NOT_FOUND), 'expired_status': ('401', '403')}
FLAGS = ('throttled', 'unknown_fields', 'sparse')
WHOLE = ('page_size', 'retry_after', 'expires_in', 'expired_status', 'price_percent')
WORDS = {
    'amounts': 'Amounts', 'dates': 'Dates', 'last_token': 'Token of the last page', 'refunds': 'Refunds are',
    'unknown_order': 'An unknown order', 'expired_status': 'Status of an expired token', 'page_size': 'Page size',
    'retry_after': 'Retry-After (s)', 'expires_in': 'Tokens expire after (s)', 'throttled': 'throttle requests',
    'price_percent': 'Prices above the shop (%)',
    'unknown_fields': 'send unknown fields', 'sparse': 'leave optional fields out',
}

money_pages = Blueprint('money', __name__)


def _amazon():
    return current_app.extensions['amazon']


def _account(identity):
    return BY_IDENTITY.get(identity) or abort(404, f'Group {identity} does not exist.')


def _order(number):
    return _amazon().orders.find(number) or abort(404, f'Order {number} does not exist on this desk.')


@money_pages.errorhandler(ValueError)
def _impossible(error):
    if request.path.startswith('/api/'):
        return jsonify(error=str(error)), 409
    return render_template('impossible.html', reason=error), 409


def _as_json(charge):
    return {
        'transaction_id': charge.transaction_id, 'kind': charge.kind, 'charge_identifier': charge.charge_identifier,
        'payment_reference': charge.reference, 'date': charge.day.isoformat(), 'amount': f'{charge.amount:f}',
        'currency': charge.market.currency, 'instrument': charge.instrument.kind, 'digits': charge.instrument.digits,
        'settled': charge.settled_on is not None, 'invoice_number': charge.invoice_number,
        'group': charge.group, 'company': charge.company,
        'amazon_orders': {ref: f'{charge.of(ref):f}' for ref in charge.refs},
    }


# === FOR SCRIPTS === #

@money_pages.get('/api/books')
def books_json():
    """Return the charges and refunds, and the sums of each Amazon order, which a purchasing system must find again."""
    money = _amazon().money
    with money.locked():
        return jsonify(
            transactions=[_as_json(charge) for charge in money.ledger.transactions()],
            amazon_orders={ref: _texts(values) for ref, values in money.sums().items()})


@money_pages.post('/api/orders/<int:number>/<any(charge, refund, settle, restate, status):step>')
def act_json(number, step):
    made = _amazon().money.act(step, _order(number), request.get_json(silent=True) or {})
    return jsonify(transactions=[_as_json(charge) for charge in made]), 201


@money_pages.post('/api/accounts/<identity>/<any(buy, fee):step>')
def sell_json(identity, step):
    money, account = _amazon().money, _account(identity)
    act = money.buy if step == 'buy' else money.charge_fee
    made = act(account, request.get_json(silent=True) or {})
    return jsonify(transactions=[_as_json(charge) for charge in made]), 201


@money_pages.get('/api/accounts/<identity>/money')
def settings_json(identity):
    return jsonify(asdict(_amazon().money.settings(_account(identity))))


@money_pages.post('/api/accounts/<identity>/money')
def set_up_json(identity):
    _amazon().money.set_up(_account(identity), request.get_json())
    return settings_json(identity)


@money_pages.get('/api/apis')
def apis_json():
    """Return the access to the REST APIs, with the credentials, and their settings."""
    state = _amazon().apis
    return jsonify(
        client_id=apis.CLIENT_ID, client_secret=apis.CLIENT_SECRET, base_url=request.host_url.rstrip('/'),
        token_url=request.host_url.rstrip('/') + url_for('apis.token'), regions=state.access(),
        settings=asdict(state.settings))


@money_pages.post('/api/apis')
def set_up_apis_json():
    _amazon().apis.set_up(request.get_json())
    return apis_json()


@money_pages.post('/api/apis/<any(expire, withdraw, consent, close, open):step>')
def change_access_json(step):
    values = request.get_json(silent=True) or {}
    _change_access(step, values.get('region'), values.get('api'))
    return apis_json()


@money_pages.post('/api/month')
def month_json():
    """Generate a month: {"seed": 1, "orders": 300}, or orders as a list; the books are those of the month then."""
    values = request.get_json(silent=True) or {}
    return jsonify(_load_month(values).truth()), 201


@money_pages.get('/api/month')
def truth_json():
    month = _amazon().money.month or abort(404, 'No month was generated.')
    return jsonify(month.truth())


# === REPORTS === #

@money_pages.get('/reports/<country>/<kind>.<file_format>')
def download(country, kind, file_format):
    """Download a report; day=2026-09-15, plain=1, old=1, shares=0 and texts=1 change it."""
    if country not in MARKETS or kind not in KINDS or file_format not in FORMATS:
        abort(404)
    without = (IDENTIFIER,) if 'plain' in request.args else ()
    if 'old' in request.args:
        without = (REFERENCE, IDENTIFIER)
    style = replace(STYLES[country], without=without, whole_amounts=request.args.get('shares') == '0',
                    texts='texts' in request.args)
    day = date.fromisoformat(request.args['day']) if request.args.get('day') else _amazon().money.day()
    money = _amazon().money
    with money.locked():
        body = report(money.ledger, kind, country, day, file_format, style)
    name = f'{kind}-{country}-{day.isoformat()}.{file_format}'
    return Response(body, mimetype=MIMETYPES[file_format], headers={
        'Content-Disposition': f'attachment; filename="{name}"'})


# === FOR USERS === #

@money_pages.get('/money')
def page():
    amazon = _amazon()
    return render_template(
        'money.html', transactions=amazon.money.ledger.transactions(), accounts=ACCOUNTS, kinds=KINDS,
        countries=[account.country for account in ACCOUNTS], formats=tuple(FORMATS), month=amazon.money.month,
        settings={account.identity: amazon.money.settings(account) for account in ACCOUNTS}, client=apis,
        access=amazon.apis.access(), api_settings=asdict(amazon.apis.settings), choices=CHOICES, flags=FLAGS,
        whole=WHOLE, words=WORDS, instruments=INSTRUMENTS, invoice=INVOICE, count=COUNT)


@money_pages.post('/desk/<int:number>/<any(charge, refund, settle, restate, status):step>')
def act(number, step):
    _amazon().money.act(step, _order(number), _options(step))
    return redirect(url_for('desk.order', number=number) + '#money', 303)


@money_pages.post('/money/<identity>/<any(buy, fee):step>')
def sell(identity, step):
    account, form = _account(identity), request.form
    values = {name: form[name].strip() for name in ('asin', 'email', 'po_number', 'amount', 'title') if form.get(name)}
    if 'quantity' in form:
        values['quantity'] = form.get('quantity', 1, type=int)
    (_amazon().money.buy if step == 'buy' else _amazon().money.charge_fee)(account, values)
    return redirect(url_for('.page'), 303)


@money_pages.post('/money/settings/<identity>')
def set_up(identity):
    form = request.form
    _amazon().money.set_up(_account(identity), {
        'pays': form.get('pays', ''), 'digits': form.get('digits', ''), 'company': form.get('company', ''),
        'gift_percent': form.get('gift_percent', 0, type=int), 'auto': 'auto' in form})
    return redirect(url_for('.page'), 303)


@money_pages.post('/money/apis')
def set_up_apis():
    form = request.form
    values = {name: form[name] for name in CHOICES if name in form}
    values |= {name: form.get(name, type=int) for name in WHOLE if name in form}
    _amazon().apis.set_up(values | {name: name in form for name in FLAGS})
    return redirect(url_for('.page'), 303)


@money_pages.post('/money/apis/<any(expire, withdraw, consent, close, open):step>')
def change_access(step):
    _change_access(step, request.form.get('region'), request.form.get('api'))
    return redirect(url_for('.page'), 303)


@money_pages.post('/money/month')
def load_month():
    _load_month({'seed': request.form.get('seed', 1, type=int), 'orders': request.form.get('orders', COUNT, type=int)})
    return redirect(url_for('.page'), 303)


def _change_access(step, region, api):
    state = _amazon().apis
    if step == 'expire':
        state.expire()
        return
    if region not in REGIONS:
        raise Impossible(f'region must be one of {", ".join(REGIONS)}.')
    if step in ('withdraw', 'consent'):
        getattr(state, step)(region)
        return
    if api not in apis.RATES:
        raise Impossible(f'api must be one of {", ".join(apis.RATES)}.')
    getattr(state, step)(region, api)


def _load_month(values):
    """Generate a month that ended before today, and take over its books."""
    seed, orders = values.get('seed', 1), values.get('orders', COUNT)
    start = date.fromisoformat(values['start']) if values.get('start') else _first_day()
    if type(seed) is not int or not (isinstance(orders, list) or type(orders) is int and 0 < orders <= MOST_ORDERS):
        raise Impossible(f'seed must be a number, and orders a list or a number up to {MOST_ORDERS}.')
    if isinstance(orders, list):
        month = Month(read(orders, start), seed)
    else:
        month = Month(seed=seed, count=orders, start=start)
    _amazon().money.load(month)
    return month


def _first_day():
    """Return the first day of the last month whose charges are all known today."""
    day = today()
    month = day.year * 12 + day.month - 1 - 2
    return date(month // 12, month % 12 + 1, 1)


def _options(step):
    """Read the options of a step from the fields of its form."""
    values, lines = {}, {}
    for name, text in request.form.items():
        text = text.strip()
        if not text:
            continue
        if name.startswith('line:'):
            lines[name.split(':')[1]] = _number(name, text)
        elif name in ('over', 'unsettled', 'replace'):
            values[{'unsettled': 'settled', 'replace': 'beside'}.get(name, name)] = name == 'over'
        elif name == 'orders':
            values[name] = [_number(name, number) for number in text.split(',')]
        else:
            values[name] = _number(name, text) if name == 'gift_percent' else text
    return values | ({'lines': lines} if lines and step in ('charge', 'refund') else {})


def _number(name, text):
    try:
        return int(text)
    except ValueError:
        raise Impossible(f'{name} must be a number, not "{text}".') from None


def _texts(values):
    return {name: f'{value:f}' if isinstance(value, Decimal) else _texts(value) if isinstance(value, dict) else value
            for name, value in values.items()}
