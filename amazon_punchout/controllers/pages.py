"""What the addon's answers to browsers have in common."""
import functools

from odoo.http import Response, request

# The pages have a style sheet of their own and links, nothing else. No other site may show them in a frame, and the
# address of a cart that waits to be claimed goes to no other site. They name people and orders, so no cache keeps them.
SECURITY_HEADERS = {
    'Content-Security-Policy':
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
}


# A page with a form posts it to this Odoo only.
WITH_FORM = {'Content-Security-Policy': SECURITY_HEADERS['Content-Security-Policy'].replace(
    "form-action 'none'", "form-action 'self'")}


def secured(response):
    """Add the headers that protect an answer in a browser; a page with a form keeps what allows it.

    :param werkzeug.wrappers.Response response: the answer
    :return: the same
    """
    has_form = WITH_FORM.items() <= dict(response.headers).items()
    response.headers.update({**SECURITY_HEADERS, **(WITH_FORM if has_form else {})})
    return response


def answers_only(*methods):
    """Make a route answer these methods only, in a way that is safe in browsers.

    Odoo lets OPTIONS through to each route, and HEAD to those for GET: they would do what the route does. They get an
    empty answer instead, which permits no other site anything.

    :param str methods: of HTTP
    :return: a decorator, to be written below `http.route`
    """
    def decorate(endpoint):
        @functools.wraps(endpoint)
        def answer(*args, **kwargs):
            if request.httprequest.method not in methods:
                return secured(Response(status=204, headers={'Allow': ', '.join((*methods, 'OPTIONS'))}))
            return secured(endpoint(*args, **kwargs))
        return answer
    return decorate


def redirect(url, local=True):
    """Redirect in a way that no browser keeps.

    :param str url: where to
    :param bool local: whether it is a page of this Odoo
    :rtype: werkzeug.wrappers.Response
    """
    return secured(request.redirect(url, code=303, local=local))


def page(template, lang, status=200, has_form=False, **values):
    """Render a page for a person who may not be logged in, or not be a buyer.

    :param str template: its xmlid
    :param str lang: the code of the person's language
    :param int status: of HTTP
    :param bool has_form: whether the page has a form
    :param values: of the template
    :rtype: werkzeug.wrappers.Response
    """
    views_sudo = request.env['ir.ui.view'].sudo().with_context(lang=lang)  # a page for everyone
    values['direction'] = request.env['res.lang']._get_data(code=lang).direction
    # In the template it would keep Odoo from translating the rest.
    return secured(request.make_response(
        '<!DOCTYPE html>\n' + str(views_sudo._render_template(template, values)), headers=[
            ('Content-Type', 'text/html; charset=utf-8'), *(WITH_FORM.items() if has_form else ())], status=status))
