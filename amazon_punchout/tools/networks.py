"""Which addresses of the internet Odoo may connect to: public ones, and those that a system administrator lists."""
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# The rest of IPv6 is not assigned to hosts that everybody can reach.
GLOBAL_UNICAST = ip_network('2000::/3')
# Before them stands the address of a host on IPv4, where a network has IPv6 only.
NAT64 = ip_network('64:ff9b::/96')
# What `is_global` of some Python from 3.10 on takes for public, see the special-purpose registries of IANA.
NOT_PUBLIC = tuple(map(ip_network, (
    '192.0.0.0/24',  # protocol assignments
    '192.88.99.0/24',  # relays of 6to4
    '2001::/23',  # protocol assignments, Teredo among them
    '2001:db8::/32',  # documentation
    '2002::/16',  # 6to4, each with the address of a host on IPv4
    '3fff::/20',  # documentation
)))


def read_networks(text):
    """Read a list of networks.

    :param str | None text: separated by commas or blanks, e.g. '10.20.0.0/16, fd00::/8'
    :return: the networks, and the entries that are none
    :rtype: tuple[tuple, list[str]]
    """
    networks, wrong = [], []
    for entry in (text or '').replace(',', ' ').split():
        try:
            networks.append(ip_network(entry))
        except ValueError:
            wrong.append(entry)
    return tuple(networks), wrong


def may_connect(address, networks=()):
    """Tell whether Odoo may connect to an address.

    :param str address: as the resolver gives it, an IPv6 one perhaps with its zone
    :param networks: of :func:`read_networks`, which are allowed besides public addresses
    :rtype: bool
    """
    try:
        parsed = ip_address(address.partition('%')[0])
    except ValueError:
        return False
    parsed = _as_reached(parsed)
    return any(parsed in network for network in networks) or _is_public(parsed)


def _as_reached(address):
    """Give the address on IPv4 that an address on IPv6 leads to, if it is one; else the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address):
    """Tell whether an address is that of one host on the public internet.

    :param address: an `IPv4Address` or `IPv6Address`
    :rtype: bool
    """
    if any(address in network for network in NOT_PUBLIC) or address.is_multicast or not address.is_global:
        return False
    return address.version == 4 or address in GLOBAL_UNICAST
