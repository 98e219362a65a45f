"""The order desk for users and scripts, and the page for faults."""

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for

from . import wire
from .billing import PURPOSES
from .faults import KINDS, Fault
from .money_desk import STATUSES
from .order_books import INSTRUMENTS
from .reasons import CODES

desk = Blueprint('desk', __name__)


def _amazon():
    return current_app.extensions['amazon']


@desk.get('/')
def home():
    return redirect(url_for('.orders'))


@desk.get('/desk')
def orders():
    amazon = _amazon()
    return render_template(
        'desk.html', orders=amazon.orders.all(), trips=amazon.trips.all(), declined=amazon.all_declined())


@desk.get('/desk/<int:number>')
def order(number):
    amazon = _amazon()
    found = amazon.orders.find(number) or abort(404)
    return render_template(
        'order.html', order=found, faults=wire.FAULTS, codes=CODES, purposes=PURPOSES,
        messages=[message for message in amazon.post_office.all() if number in message.orders],
        settings=amazon.post_office.settings(found.account), transactions=amazon.money.transactions_of(found),
        instruments=INSTRUMENTS, statuses=STATUSES)


@desk.get('/api/orders')
def orders_json():
    return jsonify([order.as_json() for order in _amazon().orders.all()])


@desk.get('/api/declined')
def declined_json():
    return jsonify([document.as_json() for document in _amazon().all_declined()])


@desk.get('/api/faults')
def faults_json():
    return jsonify(_amazon().faults.all())


@desk.post('/api/faults')
def add_fault():
    try:
        _amazon().faults.add(Fault.from_json(request.get_json()))
    except ValueError as reason:
        return jsonify(error=str(reason)), 400
    return faults_json(), 201


@desk.delete('/api/faults')
def clear_faults():
    _amazon().faults.clear()
    return faults_json()


@desk.post('/api/reset')
def reset():
    _amazon().reset()
    return jsonify(reset=True)


@desk.get('/faults')
def faults():
    return render_template('faults.html', kinds=KINDS, waiting=_amazon().faults.all())


@desk.post('/faults')
def change_faults():
    if 'clear' in request.form:
        _amazon().faults.clear()
    else:
        try:
            fault = Fault.from_json({
                'target': request.form.get('target'), 'kind': request.form.get('kind'),
                'times': request.form.get('times', 1, type=int), 'seconds': request.form.get('seconds', 5, type=int),
            })
        except ValueError as reason:
            abort(400, str(reason))
        _amazon().faults.add(fault)
    return redirect(url_for('.faults'), 303)
