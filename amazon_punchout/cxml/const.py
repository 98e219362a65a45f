"""Fixed values of the cXML standard and of Amazon Business' use of it."""

# Amazon's own carts and confirmations name this version in their DOCTYPE. All that is written here is also valid
# against the later 1.2.071, which the tests use.
CXML_VERSION = '1.2.024'
DOCTYPE = f'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/{CXML_VERSION}/cXML.dtd">'
FULFILL_DOCTYPE = f'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/{CXML_VERSION}/Fulfill.dtd">'

# A cart of 50 lines is about 100 KiB; what is larger than this was not written by a shop.
MAX_BYTES = 5 * 1024 * 1024

DEFAULT_LANG = 'en-US'
XML_LANG = '{http://www.w3.org/XML/1998/namespace}lang'

# The credential domain of Amazon Business groups. Other systems write it in other letter cases.
NETWORK_ID = 'NetworkId'
UNSPSC = 'UNSPSC'

# ItemDetail must have a UnitOfMeasure, Amazon's carts may lack it; `EA` (each) is the one Amazon uses.
DEFAULT_UNIT_OF_MEASURE = 'EA'

# The currencies of Amazon Business' marketplaces, which need no closer look; all others are taken as well.
USUAL_CURRENCIES = frozenset(('USD', 'CAD', 'GBP', 'EUR', 'JPY', 'INR', 'AUD', 'MXN', 'BRL'))

DEPLOYMENT_MODES = ('production', 'test')

# Elements whose content lets its reader act as somebody else: never stored, never logged, never part of an error.
CONFIDENTIAL_ELEMENTS = ('SharedSecret', 'BuyerCookie', 'DigitalSignature', 'CredentialMac')

# The root of what is stored in place of a document that could not be parsed, and the kinds of CxmlError that say why.
UNREADABLE = 'UnreadableDocument'
PARSER_ERRORS = ('not_xml', 'entities', 'too_large', 'too_deep')
