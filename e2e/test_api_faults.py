"""Each error of Amazon's APIs between a real Odoo and the simulator: nothing is lost, doubled or leaked."""
import json
import os

import pytest
import requests

from lab import paths, process, python

from .place import make_place

# what goes wrong at the simulator, where, and what the access then says; once each
FAULTS = [
    ('token', '500_html', "gives no access token at the moment (HTTP 500)"),
    ('token', 'html', "an answer without an access token"),
    ('token', 'cut_json', "an answer without an access token"),
    ('token', 'strange_json', "an answer without an access token"),
    ('token', 'no_answer', "Login with Amazon"),
    ('token', 'reset', "Login with Amazon"),
    ('token', 'slow', "Login with Amazon"),
    ('token', 'invalid_grant', "no longer accepts the Refresh Token"),
    ('token', 'invalid_client', "does not accept the credentials"),
    ('reconciliation', 'api_400', "declined the request (HTTP 400: InvalidInput"),
    ('reconciliation', 'api_401', "does not accept the access token (HTTP 401"),
    ('reconciliation', 'api_403', "needs the role Business Purchase Reconciliation"),
    ('reconciliation', 'api_404', "declined the request (HTTP 404"),
    ('reconciliation', 'api_429', "is asked too often (HTTP 429"),
    ('reconciliation', 'api_500', "does not work at the moment (HTTP 500"),
    ('reconciliation', 'api_503', "does not work at the moment (HTTP 503"),
    ('reconciliation', '500_html', "does not work at the moment (HTTP 500)"),
    ('reconciliation', 'html', "can't be read"),
    ('reconciliation', 'cut_json', "can't be read"),
    ('reconciliation', 'strange_json', "can't be read"),
    ('reconciliation', 'no_answer', "Reconciliation"),
    ('reconciliation', 'reset', "Reconciliation"),
    ('reconciliation', 'slow', "Reconciliation"),
]
# One page is fetched after each fault, so that they meet different pages, and whatever a fault costs is missing at the
# end.
FETCH = """
import json
import requests
from datetime import timedelta
from odoo.addons.amazon_punchout.models.charges import amazon_punchout_api_client as client
from odoo.addons.amazon_punchout.tools import access_tokens

client.API_TIMEOUT = 1.5
access = env['amazon.punchout.api'].create({
    'name': "Amazon account", 'region': 'na', 'client_id': API['client_id'], 'client_secret': API['client_secret'],
    'refresh_token': API['regions']['na']['refresh_token'], 'base_url': URL, 'login_url': API['token_url'],
    'use_reconciliation': True, 'fetch_since': '2026-08-20', 'responsible_id': env.ref('base.user_admin').id,
    'group_ids': [(6, 0, env['amazon.punchout.group'].search([]).ids)]})
env.ref('base.user_admin').group_ids += env.ref('amazon_punchout.group_administrator')
env.cr.commit()
tokens = set()

def run():
    tokens.update(value for value, _until in access_tokens._tokens.values())
    access.next_fetch_at = False
    env['amazon.punchout.api']._cron_fetch()
    env.cr.commit()
    env.invalidate_all()
    tokens.update(value for value, _until in access_tokens._tokens.values())

def break_next(target, kind):
    requests.delete(URL + '/api/faults').raise_for_status()
    requests.post(URL + '/api/faults', json={
        'target': target, 'kind': kind, 'times': 1, 'seconds': 4}).raise_for_status()

def activities():
    return env['mail.activity'].search_count([('res_model', '=', access._name), ('res_id', '=', access.id)])

told = []
for target, kind in FAULTS:
    access_tokens._tokens.clear()
    break_next(target, kind)
    run()
    told.append(["\\n".join(filter(None, (access.reconciliation_problem, access.fetch_problem))), activities(),
                 access.reconciliation_state == 'stopped' or bool(
                     access.next_fetch_at and access.next_fetch_at > access.env.cr.now() + timedelta(minutes=4))])
    if access.reconciliation_state == 'stopped':
        access.action_test_connection()
    env.cr.commit()
    access._fetch_next()
    env.cr.commit()
requests.delete(URL + '/api/faults').raise_for_status()
for each in range(3):
    run()
print(json.dumps({
    'told': told, 'refs': env['amazon.punchout.transaction'].search([]).mapped('transaction_ref'),
    'activities': activities(), 'problem': access.fetch_problem or '', 'tokens': sorted(tokens)}))
"""
SECRETS = """
import json
texts = []
for model in ('amazon.punchout.api', 'amazon.punchout.api.page', 'amazon.punchout.transaction', 'mail.message',
              'mail.activity', 'ir.logging', 'amazon.punchout.trail', 'amazon.punchout.document'):
    records = env[model].sudo().search([])
    names = [name for name, field in records._fields.items()
             if field.store and name not in ('client_secret', 'refresh_token')]
    texts += [str(records.with_context(bin_size=False).read(names))]
texts += [page._raw().decode() for page in env['amazon.punchout.api.page'].search([])]
print(json.dumps([any(secret in text for text in texts) for secret in VALUES]))
"""


@pytest.fixture(scope="module")
def simulator():
    port = process.free_port()
    service = process.Service(
        "Simulator-faults", [str(python.VENV_PYTHON), "-m", "simulator", "--host", "localhost", "--port", str(port)],
        {**os.environ, "PYTHONPATH": str(paths.ROOT), "PYTHONUNBUFFERED": "1"})
    url = f'http://localhost:{port}'
    try:
        service.wait_until_it_answers(url)
        requests.post(f'{url}/api/apis', json={'page_size': 2, 'unknown_fields': True, 'sparse': True},
                      timeout=30).raise_for_status()
        requests.post(f'{url}/api/month', json={'seed': 3, 'orders': 40, 'start': '2026-09-01'},
                      timeout=60).raise_for_status()
        yield url
    finally:
        service.end()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with make_place(tmp_path_factory.mktemp("supplier"), "api_faults", 0) as place:
        yield place


def stated(url, api):
    """List the transactions that the API states, without Odoo."""
    requests.post(f'{url}/api/apis', json={'throttled': False}, timeout=30).raise_for_status()
    token = requests.post(api['token_url'], timeout=30, data={
        'grant_type': 'refresh_token', 'refresh_token': api['regions']['na']['refresh_token'],
        'client_id': api['client_id'], 'client_secret': api['client_secret']}).json()['access_token']
    query, found = {'feedStartDate': '2026-08-20T00:00:00Z', 'feedEndDate': '2099-01-01T00:00:00Z'}, []
    while True:
        page = requests.get(
            f'{url}/reconciliation/2021-01-08/transactions', query, headers={'x-amz-access-token': token},
            timeout=30).json()
        found += [each['transactionId'] for each in page['transactions']]
        if not page.get('nextPageToken'):
            return found
        query['nextPageToken'] = page['nextPageToken']


def test_each_fault_is_told_and_loses_and_doubles_nothing_and_no_log_has_a_secret(place, simulator):
    api = requests.get(f'{simulator}/api/apis', timeout=30).json()
    expected = stated(simulator, api)
    assert len(expected) > 20, "there are some pages"
    process_ = place.start(FETCH, level='debug', URL=simulator, API=api, FAULTS=[fault[:2] for fault in FAULTS])
    output, log = process_.communicate(timeout=600)
    assert process_.returncode == 0, log
    result = json.loads(output.strip().splitlines()[-1])
    for (target, kind, words), (said, activities, is_later) in zip(FAULTS, result['told'], strict=True):
        assert words in said, (target, kind, said)
        assert activities <= 1, (target, kind)
        assert is_later, (target, kind)
    assert sorted(result['refs']) == sorted(set(expected)), "nothing is lost, and nothing is there twice"
    assert (result['activities'], result['problem']) == (0, '')
    # Secrets.
    secrets = [api['client_secret'], api['regions']['na']['refresh_token'], *result['tokens']]
    assert len(secrets) > 10
    assert "Amazon API reconciliation: GET" in log
    assert " DEBUG " in log
    for secret in secrets:
        assert secret not in log
    assert json.loads(place.run(SECRETS, VALUES=secrets).splitlines()[-1]) == [False] * len(secrets)
