"""From where a request of a stranger comes."""
import ipaddress

IPV6_PREFIX = 64  # what one household or server usually gets


def sender_address(remote):
    """Read the address of a sender, which a proxy may have passed on.

    :param str | None remote: as the server gives it
    :return: the address, IPv4 where IPv6 only wraps it; empty if it is none
    :rtype: str
    """
    try:
        address = ipaddress.ip_address((remote or '').partition('%')[0])
    except ValueError:
        return ''
    return str(getattr(address, 'ipv4_mapped', None) or address)


def sender_network(remote):
    """Read which sender it is: whoever has an IPv6 address has all others of its network, too.

    :param str | None remote: as the server gives it
    :return: the IPv4 address, or the network of the IPv6 address; empty if it is none
    :rtype: str
    """
    address = sender_address(remote)
    if ':' not in address:
        return address
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
