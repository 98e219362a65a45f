"""A company in each country, with the chart of accounts as Odoo ships it."""
from .charts import named


def make_companies(env):
    """Make a company for each chart that this database is to have.

    It runs in a shell, since core loads charts of accounts only once all models are there.
    """
    for chart in named():
        make_company(env, chart)


def company_name(chart):
    return f"Test {chart.name}"


def make_company(env, chart):
    """Make the company of a chart.

    :param Chart chart: the chart
    :return: the `res.company`
    """
    env.ref(f'base.{chart.currency}').active = True
    env.ref(f'base.{chart.foreign}').active = True
    # With this key Odoo does not install more localizations of the country.
    company = env['res.company'].with_context(chart_template_load=True).create({
        'name': company_name(chart), 'currency_id': env.ref(f'base.{chart.currency}').id, 'email': 'books@example.com',
        # Odoo would ask its own server about the company.
        **({'iap_enrich_auto_done': True} if 'iap_enrich_auto_done' in env['res.company']._fields else {}),
        **address(env, chart)})
    # Nothing of the chart is changed.
    env['account.chart.template'].try_loading(chart.template, company, install_demo=False)
    env['stock.warehouse'].create({'name': company.name, 'code': chart.key.upper(), 'company_id': company.id})
    return company


def address(env, chart):
    """Return a complete address in the country of a chart.

    :rtype: dict
    """
    country = env.ref(f'base.{chart.country}')
    state = env['res.country.state'].search([('country_id', '=', country.id), ('code', '=', chart.state)], limit=1)
    assert state or not chart.state, f"Odoo does not know the state {chart.state}"
    return {
        'street': "1 Test Street", 'city': chart.city, 'zip': chart.postal_code, 'country_id': country.id,
        'state_id': state.id, 'phone': "+1 555 0100",
    }
