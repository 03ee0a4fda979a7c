"""From where a recording may be fetched: origins that the operator allows, at public addresses only."""

import socket
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urlsplit

from engage.language import N_
from engage.settings import Settings
from meetings.embedding import origin_of, origins
from transcripts.uploads import NotTaken

TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 behind a translator (RFC 6052): its last four bytes count."""
SPECIAL = IPv4Network("192.0.0.0/24")
"""For protocols (RFC 6890); which of it is nobody's differs between versions of Python."""
PATIENCE_S = 15
"""For a connection, and for each piece that is waited for."""
PLAIN = "/%:@!$&'()*+,;=~-._?"
NOT_ALLOWED = N_(
    "Nothing is fetched from %(origin)s yet. Whoever runs this server must first add it to the setting "
    "ENGAGE_FETCH_FROM."
)
PRIVATE = N_("This address leads into a private network. Nothing is fetched from there.")
UNREACHABLE = N_("%(host)s cannot be reached just now.")
NO_ADDRESS = N_("Please give a web address that begins with https://")


def is_public(address: str) -> bool:
    """Reachable by everybody on the internet: not this machine, its network or a group of machines."""
    found = ip_address(address.partition("%")[0])
    if found in SPECIAL:
        return False
    inner = embedded(found) if isinstance(found, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    is_odd = found.is_multicast or found.is_reserved or found.is_unspecified or found.is_private
    return found.is_global and not is_odd and not getattr(found, "is_site_local", False)


def embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that this one stands for."""
    if address in TRANSLATED:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def resolved(host: str, port: int) -> list[str]:
    """Every address of the host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class OverTls(HTTPSConnection):
    """To this very address, which was checked, and with the host's name in the certificate."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._tls, self._address = ssl.create_default_context(), address
        super().__init__(host, port, timeout=PATIENCE_S, context=self._tls)

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


@dataclass(frozen=True)
class Way:
    """How a server is found and reached; a test has one of its own machine."""

    resolved: Callable[[str, int], list[str]] = resolved
    is_public: Callable[[str], bool] = is_public
    connection: Callable[[str, int, str], HTTPConnection] = OverTls
    rest_s: float = 1.0
    """Before a piece is asked for a second time; twice as long before the third."""


def allowed_by(settings: Settings) -> frozenset[str]:
    """Origins that the operator has named."""
    return origins(f"{settings.embeds} {settings.fetch_from}")


def expect_allowed(address: str, allowed: Collection[str]) -> None:
    """Raises NotTaken for what is no https address, and for an origin that the operator has not named."""
    origin = origin_of(address)
    if not origin:
        raise NotTaken(422, NO_ADDRESS)
    if origin not in allowed:
        raise NotTaken(422, NOT_ALLOWED, origin=origin)


def connection_to(address: str, allowed: Collection[str], way: Way) -> HTTPConnection:
    """Not connected yet. Every address of the host must be public, so that none is reached by chance."""
    expect_allowed(address, allowed)
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    try:
        found = way.resolved(host, port)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise NotTaken(502, UNREACHABLE, host=host)
    if not all(map(way.is_public, found)):
        raise NotTaken(422, PRIVATE)
    return way.connection(host, port, found[0])


def path_of(address: str) -> str:
    """As it is asked for: the path with its query, in ASCII."""
    parts = urlsplit(address)
    query = f"?{parts.query}" if parts.query else ""
    return quote((parts.path or "/") + query, safe=PLAIN)
