"""The pages and routes on which users and scripts make Amazon send messages, and see the answers."""

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for

from . import wire
from .accounts import ACCOUNTS, BY_IDENTITY
from .cxml_elements import timestamp
from .deliveries import Settings

LONGEST_WAIT = 120

messages = Blueprint('messages', __name__)


def _amazon():
    return current_app.extensions['amazon']


def _order(number):
    return _amazon().orders.find(number) or abort(404, f'Order {number} does not exist on this desk.')


def _message(number):
    return _amazon().post_office.find(number) or abort(404, f'Message {number} does not exist.')


def _account(identity):
    return BY_IDENTITY.get(identity) or abort(404, f'Group {identity} does not exist.')


def _as_json(message):
    settings = _amazon().post_office.settings(message.account)
    return {
        'id': message.number,
        'kind': message.kind,
        'identity': message.account.identity,
        'orders': list(message.orders),
        'payload_id': message.payload_id,
        'summary': message.summary,
        'made_at': timestamp(message.made_at),
        'fault': message.fault,
        'status': message.status,
        'tries': len(message.attempts),
        'attempts': [attempt.as_json() for attempt in message.attempts],
        'xml': wire.masked(settings, message.body),
    }


@messages.errorhandler(ValueError)
def _impossible(error):
    if request.path.startswith('/api/'):
        return jsonify(error=str(error)), 409
    return render_template('impossible.html', reason=error), 409


# === FOR SCRIPTS === #

@messages.get('/api/accounts/<identity>/messages')
def settings_json(identity):
    return jsonify(_amazon().post_office.settings(_account(identity)).as_json())


@messages.post('/api/accounts/<identity>/messages')
def set_up_json(identity):
    _set_up(_account(identity), request.get_json())
    return settings_json(identity)


@messages.post('/api/accounts/<identity>/profile')
def profile_json(identity):
    message = _amazon().messages.ask_profile(_account(identity), request.get_json(silent=True) or {})
    return jsonify(messages=[_as_json(message)]), 201


@messages.post('/api/orders/<int:number>/<any(confirm, ship, invoice, credit, cancel):step>')
def act_json(number, step):
    order = _order(number)
    posted = _amazon().messages.act(step, order, request.get_json(silent=True) or {})
    return jsonify(messages=[_as_json(message) for message in posted], order=order.as_json()), 201


@messages.get('/api/messages')
def messages_json():
    """List all messages, or those of an order (order=1) or of a kind (kind=invoice).

    With wait=10, answer when there is one and none of them is still being sent, but after ten seconds at the latest.
    """
    number, kind = request.args.get('order', type=int), request.args.get('kind')

    def wanted(message):
        return number in (None, *message.orders) and kind in (None, message.kind)

    if wait := request.args.get('wait', type=float):
        _amazon().post_office.wait(wanted, min(wait, LONGEST_WAIT))
    return jsonify([_as_json(message) for message in _amazon().post_office.all() if wanted(message)])


@messages.get('/api/messages/<int:number>')
def message_json(number):
    return jsonify(_as_json(_message(number)))


@messages.post('/api/messages/<int:number>/resend')
def resend_json(number):
    _resend(_message(number), (request.get_json(silent=True) or {}).get('fault'))
    return message_json(number)


@messages.post('/api/messages/release')
def release_json():
    order = (request.get_json(silent=True) or {}).get('order', 'forward')
    numbers, order = (order, 'forward') if isinstance(order, list) else (None, order)
    return jsonify([_as_json(message) for message in _amazon().post_office.release(numbers, order)])


# === FOR USERS === #

@messages.get('/messages')
def page():
    post_office = _amazon().post_office
    return render_template(
        'messages.html', messages=post_office.all(), accounts=ACCOUNTS,
        settings={account.identity: post_office.settings(account) for account in ACCOUNTS})


@messages.get('/messages/<int:number>')
def message(number):
    found = _message(number)
    return render_template('message.html', message=found, faults=wire.FAULTS, xml=_as_json(found)['xml'])


@messages.post('/messages/<int:number>/resend')
def resend(number):
    _resend(_message(number), request.form.get('fault') or None)
    return redirect(url_for('.message', number=number), 303)


@messages.post('/messages/release')
def release():
    _amazon().post_office.release(order=request.form.get('order', 'forward'))
    return redirect(url_for('.page'), 303)


@messages.post('/messages/settings/<identity>')
def set_up(identity):
    account, form = _account(identity), request.form
    before = _amazon().post_office.settings(account)
    values = {name: form.get(name, '').strip() for name in ('url', 'auth', 'user', 'punchin', 'punchin_url')}
    values |= {name: form.get(name) or getattr(before, name) for name in ('password', 'secret')}
    values |= {name: name in form for name in ('auto', 'invoices')}
    values |= {name: form.get(name, getattr(before, name), type=float)
               for name in ('auto_seconds', 'test_cancel_seconds', 'retry_seconds')}
    _set_up(account, values)
    return redirect(url_for('.page'), 303)


@messages.post('/messages/profile/<identity>')
def profile(identity):
    _amazon().messages.ask_profile(_account(identity), {})
    return redirect(url_for('.page'), 303)


@messages.post('/desk/<int:number>/<any(confirm, ship, invoice, credit, cancel):step>')
def act(number, step):
    _amazon().messages.act(step, _order(number), _form_options(step))
    return redirect(url_for('desk.order', number=number) + '#messages', 303)


def _set_up(account, values):
    settings = Settings.from_json(values, account, _amazon().post_office.settings(account))
    _amazon().post_office.set_up(account, settings)
    _amazon().messages.settings_changed(account)


def _resend(message, fault):
    if fault is not None and fault not in wire.FAULTS:
        raise ValueError(f'The fault must be one of {", ".join(wire.FAULTS)}.')
    _amazon().post_office.resend(message, fault)


# === FROM FORM FIELDS TO OPTIONS === #

WHOLE = ('quantity', 'reject', 'backorder', 'days', 'times')
FLAGS = ('hold', 'empty', 'anyway', 'returned', 'reject_all', 'only', 'shipping_in_line')


def _form_options(step):
    values, lines = {}, {}
    for name, text in request.form.items():
        if not text.strip():
            continue
        if name.startswith('line:'):
            __, line_number, option = name.split(':', 2)
            lines.setdefault(line_number, {})[option] = _read(option, text.strip())
        else:
            values[name] = _read(name, text.strip())
    # The list of reasons always has a value, which means nothing by itself.
    lines = {line: wish for line, wish in lines.items() if wish.keys() - {'code'}}
    if lines:
        plain = step in ('ship', 'cancel')
        values['lines'] = {line: wish.get('quantity') if plain else wish for line, wish in lines.items()}
    if values.pop('only', False):
        values['others'] = False
    if values.pop('reject_all', False):
        values['reject'] = True
    return values


def _read(name, text):
    if name in FLAGS:
        return True
    if name == 'split':
        return [[number.strip() for number in group.split(',') if number.strip()] for group in text.split('/')]
    if name == 'orders':
        return [_number(name, number) for number in text.split(',')]
    if name == 'delay':
        return _number(name, text, float)
    return _number(name, text) if name in WHOLE else text


def _number(name, text, type=int):
    try:
        return type(text)
    except ValueError:
        raise ValueError(f'{name} must be a number, not "{text}".') from None
