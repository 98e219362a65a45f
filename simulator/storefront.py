"""The pages of the shop, from the StartPage until the browser posts the cart."""

from decimal import InvalidOperation

from flask import Blueprint, abort, current_app, g, jsonify, make_response, redirect, render_template, request, url_for

from . import punchin
from .accounts import BY_IDENTITY
from .catalogue import BY_ASIN, DEPARTMENTS, search
from .cxml_writer import write_cart
from .errors import Impossible
from .trips import MOST_OF_A_LINE, NotForSale, known_line

# Cookies ignore ports, so on localhost this name must not be one that Odoo uses.
COOKIE = 'amazon_simulator_trip'
CART_FIELD = 'cxml-urlencoded'

storefront = Blueprint('storefront', __name__)


def money(amount, account):
    """Write an amount as in the group's country."""
    if account.currency == 'JPY':
        return f'¥{amount:,.0f}'
    if account.currency == 'EUR':
        return f'{amount:,.2f}'.translate(str.maketrans(',.', '.,')) + ' €'
    return f'${amount:,.2f}'


def _trips():
    return current_app.extensions['amazon'].trips


@storefront.before_request
def _find_trip():
    g.trip = _trips().find(request.cookies.get(COOKIE))


@storefront.after_request
def _forbid_frames(response):
    # Amazon does not open in a frame, so this shop does not either.
    response.headers['X-Frame-Options'] = 'DENY'
    response.headers['Cache-Control'] = 'no-store'
    return response


def _current_trip():
    return g.trip or abort(403, 'This browser has no shopping trip. Start one in your purchasing system.')


@storefront.get('/start/<token>')
def start(token):
    trip = _trips().find(token) or abort(404, 'This start page does not exist. Start again in your purchasing system.')
    wanted = trip.request.selected_item
    if trip.waiting_sale:
        response = make_response(_hand_over(trip, trip.waiting_sale))
    elif wanted in BY_ASIN:
        response = redirect(url_for('.product', asin=wanted))
    else:
        response = redirect(url_for('.shop', q=wanted or None))
    response.set_cookie(COOKIE, token, httponly=True, samesite='Lax')
    return response


@storefront.get('/shop')
def shop():
    words, department = request.args.get('q', ''), request.args.get('department', '')
    return render_template(
        'shop.html', trip=_current_trip(), products=search(words, department), departments=DEPARTMENTS,
        words=words, department=department,
    )


@storefront.get('/dp/<asin>')
def product(asin):
    """Show one product; without a trip it has no price, but the purchasing system links to it."""
    return render_template('product.html', trip=g.trip, product=BY_ASIN.get(asin) or abort(404))


@storefront.get('/cart')
def cart():
    trip = _current_trip()
    return render_template('cart.html', trip=trip, quote=trip.quote(), most=MOST_OF_A_LINE)


@storefront.post('/cart/add')
def add_to_cart():
    return _change_cart(_trips().add)


@storefront.post('/cart/update')
def update_cart():
    return _change_cart(_trips().set_quantity)


def _change_cart(change):
    trip = _current_trip()
    quantity = request.form.get('quantity', type=int)
    if quantity is None:
        abort(400, 'The quantity must be a whole number.')
    try:
        change(trip, request.form.get('asin', ''), quantity)
    except NotForSale as reason:
        return render_template('cart.html', trip=trip, quote=trip.quote(), most=MOST_OF_A_LINE, message=reason), 409
    return redirect(url_for('.cart'), 303)


@storefront.get('/checkout')
def checkout():
    trip = _current_trip()
    if not trip.cart:
        return redirect(url_for('.cart'))
    return render_template('checkout.html', trip=trip, quote=trip.quote())


@storefront.post('/checkout/submit')
def submit():
    trip = _current_trip()
    if not trip.cart:
        return redirect(url_for('.cart'), 303)
    if not trip.began_here:
        return _hand_over(trip, _trips().sell(trip))
    try:
        return punchin.hand_over(trip)
    except Impossible as reason:
        return render_template('impossible.html', reason=reason), 502


@storefront.post('/checkout/leave')
def leave():
    trip = _current_trip()
    sale = _trips().leave(trip)
    return redirect(url_for('punchin.sign_in'), 303) if trip.began_here else _hand_over(trip, sale)


def _hand_over(trip, sale):
    return render_template(
        'handover.html', trip=trip, action=trip.request.browser_form_post, field=CART_FIELD,
        cxml=write_cart(sale).decode(), lines=len(sale.lines))


@storefront.get('/api/trips')
def trips():
    return jsonify([
        {
            'token': trip.token,
            'identity': trip.account.identity,
            'deployment_mode': trip.mode,
            'email': trip.request.email,
            'business_unit': trip.request.business_unit,
            'selected_item': trip.request.selected_item,
            'browser_form_post_url': trip.request.browser_form_post,
            'state': trip.state,
            'cart': trip.cart,
        }
        for trip in _trips().all()
    ])


@storefront.post('/api/trips/<token>/cart')
def submit_by_script(token):
    """Shop and submit in one call, for scripts; without items, leave without buying."""
    trip = _trips().find(token) or abort(404, 'This trip does not exist.')
    try:
        items = [(item['asin'], item['quantity']) for item in request.get_json()['items']]
    except (KeyError, TypeError):
        return jsonify(error='Expected {"items": [{"asin": …, "quantity": …}]}.'), 400
    if any(type(asin) is not str or type(quantity) is not int or quantity < 1 for asin, quantity in items):
        return jsonify(error='asin must be a string, and quantity a whole number from 1.'), 400
    try:
        _trips().replace_cart(trip, items)
    except NotForSale as reason:
        return jsonify(error=str(reason)), 409
    return jsonify(
        browser_form_post_url=trip.request.browser_form_post, field=CART_FIELD,
        cxml=write_cart(_trips().sell(trip)).decode(),
    )


@storefront.post('/api/accounts/<identity>/carts')
def remember_cart(identity):
    """Take a cart as sold here, for scripts: the purchasing system had it before this simulator started."""
    account = BY_IDENTITY.get(identity) or abort(404, 'This group does not exist.')
    try:
        cart = request.get_json()
        lines = [known_line(account, **line) for line in cart['lines']]
        _trips().remember(account, cart['deployment_mode'], lines)
    except (KeyError, TypeError, InvalidOperation):
        return jsonify(error='Expected {"deployment_mode", "lines": [{"auxiliary_id", "asin", "title", "quantity", '
                             '"unit_price", "shipping", "tax"}]}, amounts as strings.'), 400
    return jsonify(lines=len(lines)), 201
