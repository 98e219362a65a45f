"""Tables of the addon, each with the source of its facts."""
from .cxml import NETWORK_ID

# The marketplaces where Amazon Business offers punch-out, by country, with the ending of the host.
MARKETPLACES = {
    'us': ("United States (amazon.com)", 'com'),
    'ca': ("Canada (amazon.ca)", 'ca'),
    'gb': ("United Kingdom (amazon.co.uk)", 'co.uk'),
    'de': ("Germany (amazon.de)", 'de'),
    'fr': ("France (amazon.fr)", 'fr'),
    'it': ("Italy (amazon.it)", 'it'),
    'es': ("Spain (amazon.es)", 'es'),
    'jp': ("Japan (amazon.co.jp)", 'co.jp'),
    'in': ("India (amazon.in)", 'in'),
    'au': ("Australia (amazon.com.au)", 'com.au'),
    'mx': ("Mexico (amazon.com.mx)", 'com.mx'),
    'br': ("Brazil (amazon.com.br)", 'com.br'),
}

# The address is known for the United States and Germany; the other countries' by analogy, which is
# why the fields that these prefill can be edited. The group's page on Amazon shows the true ones.
SETUP_URL = 'https://abintegrations.amazon.{host}/punchout'
SETUP_TEST_URL = 'https://abintegrations.amazon.{host}/punchout/test'

# Domain of all credentials on Amazon's side. Other systems write it in other letter cases.
CREDENTIAL_DOMAIN = NETWORK_ID
SUPPLIER_IDENTITY = 'Amazon'

# Amazon holds the prices and the stock of a cart for this long.
HOLD_DAYS = 7

# Limits of an order at Amazon.
MAX_LINES = 50
MAX_QUANTITY = 999

# Seconds: to open a connection, and to wait for an answer once everything is sent.
CONNECT_TIMEOUT = 10
SETUP_TIMEOUT = 30
ORDER_TIMEOUT = 90

# Minutes to the next try of an order request that could not be delivered at all; the last one repeats.
RETRY_MINUTES = (1, 5, 10, 30, 60)

USER_AGENT = 'Odoo amazon_punchout'
