"""Which addresses may be asked: none of this machine or a private network, unless a source says so.

The name is resolved here and the request goes to the address that was looked at, so a name that answers differently the
second time leads nowhere else.
"""

import ipaddress
import socket


def find_addresses(host: str, port: int, *, private: bool) -> list[str]:
    """Returns the addresses of a host that may be asked, in the order of the system's preference.

    Args:
        host: Name or address.
        port: Port.
        private: Whether any address may be asked.

    Raises:
        OSError: The name has no address.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(entry[4][0]) for entry in found)
    return [address for address in addresses if private or is_public(address)]


def is_public(address: str) -> bool:
    """Returns whether an address can only be a machine on the public net.

    >>> [is_public(a) for a in ("93.184.216.34", "127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:10.0.0.1")]
    [True, False, False, False, False, False]
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or _translated(parsed)
        if inner is not None:
            return is_public(str(inner))
        if parsed.teredo is not None or parsed.is_site_local:
            return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Returns the IPv4 address inside one of the prefix that translators use (RFC 6052), else None."""
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
