"""Documents as a purchasing system sends them, each easy to break in one place."""

from copy import deepcopy
from decimal import Decimal

from lxml import etree

SECRETS = {
    'SIM-GROUP-US': 'not-a-real-secret-us',
    'SIM-GROUP-DE': 'not-a-real-secret-de',
    'SIM-GROUP-JP': 'not-a-real-secret-jp',
}
COUNTRIES = {
    'SIM-GROUP-US': ('US', 'United States', 'WA', '98109', 'Seattle'),
    'SIM-GROUP-DE': ('DE', 'Deutschland', 'BE', '10115', 'Berlin'),
    'SIM-GROUP-JP': ('JP', '日本', '東京都', '100-0001', '千代田区'),
}
HOOK = 'http://127.0.0.1:8069/hook?a=1&b=2'
COOKIE = ' cookie+/= with <odd> & characters '
PATHS = {'production': '/punchout', 'test': '/punchout/test'}


def address(identity, state=None):
    country, country_name, default_state, postal_code, city = COUNTRIES[identity]
    return f"""
      <Address addressID="WH-1" isoCountryCode="{country}">
        <Name xml:lang="en">Example Works</Name>
        <PostalAddress><DeliverTo>Robin Example</DeliverTo><Street>1 Sample Street</Street><City>{city}</City>
          <State>{default_state if state is None else state}</State><PostalCode>{postal_code}</PostalCode>
          <Country isoCountryCode="{country}">{country_name}</Country></PostalAddress>
        <Email>dock@buyer.example</Email>
        <Phone><TelephoneNumber><CountryCode isoCountryCode="{country}">1</CountryCode><AreaOrCityCode/>
          <Number>5550100</Number></TelephoneNumber></Phone>
      </Address>"""


def envelope(identity, body, mode='production', payload_id='1@buyer.example', secret=None):
    mode_attribute = f' deploymentMode="{mode}"' if mode else ''
    credential = f'<Credential domain="NetworkID"><Identity>{identity}</Identity></Credential>'
    sender = credential.replace(
        '</Identity>', f'</Identity><SharedSecret>{secret or SECRETS[identity]}</SharedSecret>')
    return etree.fromstring(f"""
      <cXML payloadID="{payload_id}" timestamp="2030-01-02T03:04:05Z">
        <Header><From>{credential}</From>
          <To><Credential domain="NetworkId"><Identity>Amazon</Identity></Credential></To>
          <Sender>{sender}<UserAgent>Test</UserAgent></Sender></Header>
        <Request{mode_attribute}>{body}</Request>
      </cXML>""".strip())


def setup_request(identity='SIM-GROUP-DE', mode='production', state=None, selected='', **options):
    root = envelope(identity, f"""
      <PunchOutSetupRequest operation="create"><BuyerCookie/>
        <Extrinsic name="UserEmail">robin@buyer.example</Extrinsic>
        <Extrinsic name="UserBusinessUnit">Unit 7</Extrinsic>
        <BrowserFormPost><URL/></BrowserFormPost>
        <ShipTo>{address(identity, state)}</ShipTo>
        <SelectedItem><ItemID><SupplierPartID>{selected}</SupplierPartID></ItemID></SelectedItem>
      </PunchOutSetupRequest>""", mode, **options)
    root.find('.//BuyerCookie').text = COOKIE
    root.find('.//BrowserFormPost/URL').text = HOOK
    return root


def order_request(cart, identity='SIM-GROUP-DE', mode='production', order_id='P00042', **options):
    """Make a correct order for a cart."""
    root = envelope(identity, f"""
      <OrderRequest><OrderRequestHeader orderID="{order_id}" orderDate="2030-01-02T03:04:05Z" type="new">
        <Total/><ShipTo>{address(identity)}</ShipTo><BillTo>{address(identity)}</BillTo>
        <Contact><Name xml:lang="en">Robin</Name><Email>robin@buyer.example</Email></Contact>
        <Extrinsic name="email">robin@buyer.example</Extrinsic>
      </OrderRequestHeader></OrderRequest>""", mode, **options)
    root.find('.//OrderRequestHeader/Total').append(deepcopy(cart.find('.//PunchOutOrderMessageHeader/Total/Money')))
    order = root.find('Request/OrderRequest')
    for number, item in enumerate(cart.iter('ItemIn'), start=1):
        line = etree.SubElement(order, 'ItemOut', lineNumber=str(number), quantity=item.get('quantity'))
        line.extend(deepcopy(list(item)))
    return root


def send(client, path, root):
    data = root if isinstance(root, bytes) else etree.tostring(root, xml_declaration=True, encoding='UTF-8')
    return client.post(path, data=data, content_type='text/xml; charset=UTF-8')


def status(answer):
    """Return code and text of the Status in an answer."""
    assert answer.status_code == 200
    node = etree.fromstring(answer.data).find('Response/Status')
    return node.get('code'), node.text or ''


def start_trip(client, identity='SIM-GROUP-DE', mode='production', **options):
    """Start a trip with a setup request, and return its token."""
    answer = send(client, PATHS[mode], setup_request(identity, mode, **options))
    return etree.fromstring(answer.data).findtext('.//StartPage/URL').rpartition('/')[2]


def shop(client, items, identity='SIM-GROUP-DE', mode='production', **options):
    """Return the cart of a whole trip."""
    return submit(client, start_trip(client, identity, mode, **options), items)


def submit(client, token, items):
    answer = client.post(f'/api/trips/{token}/cart', json={
        'items': [{'asin': asin, 'quantity': quantity} for asin, quantity in items]})
    assert answer.status_code == 200, answer.text
    return etree.fromstring(answer.json['cxml'].encode())


def order_url(client, identity='SIM-GROUP-DE'):
    accounts = {account['identity']: account for account in client.get('/accounts.json').json}
    return '/' + accounts[identity]['order_url'].split('/', 3)[3]


def money(node, path):
    return Decimal(node.findtext(f'{path}/Money'))


# === ORDERS ON THE DESK, AND MESSAGES ABOUT THEM === #

THREE = [('B0SIM00001', 3), ('B0SIM00013', 1), ('B0SIM00035', 2)]


def place_order(client, items, identity='SIM-GROUP-DE', mode='production', order_id='P00042', spoil=None, **options):
    """Place an order, and return its number on the desk."""
    root = order_request(shop(client, items, identity, mode), identity, mode, order_id,
                         payload_id=f'{order_id}@buyer.example', **options)
    if spoil:
        spoil(root)
    assert status(send(client, order_url(client, identity), root)) == ('200', '')
    return client.get('/api/orders').json[-1]['number']


def act(client, number, step, **options):
    """Take a step, and return its messages as JSON, each with its document as `root`."""
    answer = client.post(f'/api/orders/{number}/{step}', json=options)
    assert answer.status_code == 201, answer.text
    return [read(message) for message in answer.json['messages']]


def read(message):
    return message | {'root': etree.fromstring(message['xml'].encode())}


def why_not(client, number, step, **options):
    """Return why a step is not possible."""
    before = client.get('/api/messages').json
    answer = client.post(f'/api/orders/{number}/{step}', json=options)
    assert answer.status_code == 409, answer.text
    assert client.get('/api/messages').json == before
    return answer.json['error']


def texts(root, path):
    return [node.text for node in root.iterfind(f'.//{path}')]


def progress(client, number):
    """Return the units of each line that are confirmed, rejected, back-ordered, shipped and billed."""
    order = next(order for order in client.get('/api/orders').json if order['number'] == number)
    return {line: tuple(done.values()) for line, done in order['fulfilment']['lines'].items()}
