import pytest
from lxml import etree

from simulator.tests.documents import HOOK, PATHS, send, setup_request, start_trip, status


def decline(client, root, mode='production'):
    declined = status(send(client, PATHS[mode], root))
    assert client.get('/api/trips').json == []
    return declined


@pytest.mark.parametrize('identity', ['SIM-GROUP-US', 'SIM-GROUP-DE', 'SIM-GROUP-JP'])
@pytest.mark.parametrize('mode', ['production', 'test'])
def test_each_group_gets_a_start_page_for_its_shopper(client, identity, mode):
    answer = send(client, PATHS[mode], setup_request(identity, mode))
    assert answer.content_type.startswith('text/xml')
    url = etree.fromstring(answer.data).findtext('Response/PunchOutSetupResponse/StartPage/URL')
    [trip] = client.get('/api/trips').json
    assert url == f'http://localhost/start/{trip["token"]}'
    assert trip == {
        'token': trip['token'], 'identity': identity, 'deployment_mode': mode, 'email': 'robin@buyer.example',
        'business_unit': 'Unit 7', 'selected_item': '', 'browser_form_post_url': HOOK, 'state': 'shopping', 'cart': {},
    }


def test_the_start_page_is_on_the_address_that_was_called(client):
    answer = client.post('/punchout', data=etree.tostring(setup_request()), content_type='text/xml',
                         headers={'Host': '127.0.0.1:8090'})
    assert '<URL>http://127.0.0.1:8090/start/' in answer.text


def test_the_answer_is_as_terse_as_amazons(client):
    root = etree.fromstring(send(client, '/punchout', setup_request()).data)
    assert (dict(root.attrib), dict(root.find('Response/Status').attrib)) == ({}, {'code': '200'})


def test_the_answer_is_valid_but_for_missing_attributes(client, dtd):
    root = etree.fromstring(send(client, '/punchout', setup_request()).data)
    dtd.validate(root)
    assert {entry.type_name for entry in dtd.error_log} == {'DTD_MISSING_ATTRIBUTE'}


@pytest.mark.parametrize('data', [b'', b'<cXML', b'\xff\xfe', b'<html/>', b'<cXML payloadID="1"/>'])
def test_what_is_no_setup_request_gets_400(client, data):
    assert decline(client, data)[0] == '400'


def test_entities_are_not_expanded(client):
    data = etree.tostring(setup_request()).replace(b'Unit 7', b'&unit;')
    bomb = b'<!DOCTYPE cXML [<!ENTITY unit SYSTEM "file:///etc/hostname">]>' + data
    send(client, '/punchout', bomb)
    assert [trip['business_unit'] for trip in client.get('/api/trips').json] == ['&unit;']


def test_a_form_post_gets_400(client):
    answer = client.post('/punchout', data={'cxml-urlencoded': etree.tostring(setup_request())})
    assert status(answer)[0] == '400'
    assert 'Content-Type' in status(answer)[1]


def test_a_missing_payload_id_gets_400(client):
    root = setup_request()
    del root.attrib['payloadID']
    assert decline(client, root) == ('400', 'The cXML element has no payloadID.')


def test_a_missing_header_gets_400(client):
    root = setup_request()
    root.remove(root.find('Header'))
    assert decline(client, root) == ('400', 'The document has no Header.')


def test_the_secret_in_from_gets_400(client):
    root = setup_request()
    etree.SubElement(root.find('Header/From/Credential'), 'SharedSecret').text = 'not-a-real-secret-de'
    assert decline(client, root)[0] == '400'


@pytest.mark.parametrize(('path', 'value'), [
    ('Header/Sender/Credential/SharedSecret', 'wrong'),
    ('Header/Sender/Credential/SharedSecret', ''),
    ('Header/Sender/Credential/SharedSecret', 'not-a-real-secret-us'),
    ('Header/Sender/Credential/Identity', 'SIM-GROUP-XX'),
    ('Header/From/Credential/Identity', 'SIM-GROUP-XX'),
    ('Header/From/Credential/Identity', 'SIM-GROUP-US'),
])
def test_wrong_credentials_get_401(client, path, value):
    root = setup_request()
    root.find(path).text = value
    code, words = decline(client, root)
    assert code == '401'
    assert words.startswith('Authentication failed')


@pytest.mark.parametrize(('party', 'code'), [('From', '401'), ('To', '400'), ('Sender', '401')])
def test_credentials_of_another_domain_do_not_count(client, party, code):
    root = setup_request()
    root.find(f'Header/{party}/Credential').set('domain', 'DUNS')
    assert decline(client, root)[0] == code


def test_a_document_to_another_recipient_gets_400(client):
    root = setup_request()
    root.find('Header/To/Credential/Identity').text = 'Somebody'
    assert decline(client, root)[0] == '400'


@pytest.mark.parametrize(('mode', 'path'), [
    ('test', '/punchout'), ('production', '/punchout/test'), ('', '/punchout/test'),
])
def test_the_mode_must_fit_the_address(client, mode, path):
    code, words = status(send(client, path, setup_request(mode=mode)))
    assert (code, 'deploymentMode' in words) == ('400', True)


def test_without_a_mode_the_trip_is_live(client):
    send(client, '/punchout', setup_request(mode=''))
    assert client.get('/api/trips').json[0]['deployment_mode'] == 'production'


def test_only_create_is_supported(client):
    root = setup_request()
    root.find('.//PunchOutSetupRequest').set('operation', 'edit')
    assert decline(client, root)[0] == '400'


def without_email(root):
    for node in (root.find('.//Extrinsic[@name="UserEmail"]'), root.find('.//ShipTo/Address/Email')):
        node.getparent().remove(node)
    return root


def test_missing_mandatory_data_gets_403_in_amazons_words(client):
    root = without_email(setup_request(payload_id='77@buyer.example'))
    root.find('.//BrowserFormPost/URL').text = ''
    assert decline(client, root) == ('403', (
        'CXML POSR with payloadId {77@buyer.example} is missing the following Mandatory data. '
        'The HOOK URL element, found at /cXML/Request/PunchOutSetupRequest/BrowserFormPost/URL, is missing. '
        "The EMAIL element, found at /cXML/Request/PunchOutSetupRequest//Extrinsic[@name='UserEmail'] (or) "
        '/cXML/Request/PunchOutSetupRequest//ShipTo/Address/Email (or) '
        '/cXML/Request/PunchOutSetupRequest//Contact/Email (or) '
        "/cXML/Request/PunchOutSetupRequest//Extrinsic[@name='Email'], is missing."))


def test_only_what_is_missing_is_named(client):
    code, words = decline(client, without_email(setup_request()))
    assert (code, 'HOOK' in words, 'EMAIL' in words) == ('403', False, True)
    root = setup_request()
    root.find('.//BrowserFormPost/URL').text = ''
    code, words = decline(client, root)
    assert (code, 'HOOK' in words, 'EMAIL' in words) == ('403', True, False)


@pytest.mark.parametrize('place', ['UserEmail', 'Email', 'ShipTo', 'Contact'])
def test_one_email_in_any_of_four_places_is_enough(client, place):
    root = without_email(setup_request())
    request = root.find('.//PunchOutSetupRequest')
    if place == 'ShipTo':
        etree.SubElement(request.find('ShipTo/Address'), 'Email').text = 'kim@buyer.example'
    elif place == 'Contact':
        etree.SubElement(etree.SubElement(request, 'Contact'), 'Email').text = 'kim@buyer.example'
    else:
        etree.SubElement(request, 'Extrinsic', name=place).text = 'kim@buyer.example'
    send(client, '/punchout', root)
    assert [trip['email'] for trip in client.get('/api/trips').json] == ['kim@buyer.example']


@pytest.mark.parametrize('url', ['javascript:alert(1)', 'ftp://buyer.example/', '/hook'])
def test_a_hook_that_is_no_web_address_gets_400(client, url):
    root = setup_request()
    root.find('.//BrowserFormPost/URL').text = url
    assert decline(client, root)[0] == '400'


def test_a_missing_cookie_gets_400(client):
    root = setup_request()
    root.find('.//BuyerCookie').text = ''
    assert decline(client, root)[0] == '400'


def test_declining_answers_are_valid(client, dtd):
    answer = send(client, '/punchout', setup_request(secret='wrong'))
    assert dtd.validate(etree.fromstring(answer.data)), dtd.error_log


def test_declined_requests_are_kept_for_the_desk(client):
    send(client, '/punchout', setup_request(secret='wrong'))
    [document] = client.get('/api/declined').json
    assert (document['target'], document['code']) == ('setup', 401)
    assert 'Authentication failed' in client.get('/desk').text


@pytest.mark.parametrize(('selected', 'location'), [
    ('B0SIM00013', '/dp/B0SIM00013'), ('Hex keys', '/shop?q=Hex+keys'), ('B0NOTHERE0', '/shop?q=B0NOTHERE0'),
    ('', '/shop'),
])
def test_the_shopper_lands_on_what_was_selected(client, selected, location):
    answer = client.get(f'/start/{start_trip(client, selected=selected)}')
    assert (answer.status_code, answer.location) == (302, location)


def test_accounts_are_listed_for_the_demo(client):
    accounts = client.get('/accounts.json').json
    assert [(a['identity'], a['secret'], a['currency']) for a in accounts] == [
        ('SIM-GROUP-US', 'not-a-real-secret-us', 'USD'),
        ('SIM-GROUP-DE', 'not-a-real-secret-de', 'EUR'),
        ('SIM-GROUP-JP', 'not-a-real-secret-jp', 'JPY'),
    ]
    assert {a['setup_url'] for a in accounts} == {'http://localhost/punchout'}
    assert {a['setup_test_url'] for a in accounts} == {'http://localhost/punchout/test'}
    assert len({a['order_url'] for a in accounts}) == 3


@pytest.mark.parametrize('country', ['US', 'DE', 'JP'])
def test_a_page_shows_what_an_administrator_copies_of_each_group(client, country):
    account = next(each for each in client.get('/accounts.json').json if each['country'] == country)
    page = etree.HTML(client.get(f"/purchasing-system/{account['identity']}").text)
    shown = {row.findtext('th'): row.findtext('td') for row in page.iter('tr')}
    expected = {
        'Punchout setup request URL': account['setup_url'],
        'Punchout setup request URL (test)': account['setup_test_url'],
        'Purchase Order request URL': account['order_url'],
        'From identity': account['identity'],
        'Shared secret': account['secret'],
    }
    assert {label: shown[label] for label in expected} == expected


def test_an_unknown_group_has_no_page(client):
    assert client.get('/purchasing-system/SIM-GROUP-XX').status_code == 404
    assert 'SIM-GROUP-US' in client.get('/purchasing-system').text
