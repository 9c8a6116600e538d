"""The API and what leaves the house: how often one may ask, whether changes must name a version, where webhooks may go.

`CARTERA_API_QUOTA` and `CARTERA_GUEST_QUOTA` are requests per seconds, as `600/60`; 0 is no limit. The first is for each
token, the second for each address that shows none, `CARTERA_SIGN_IN_QUOTA` for each address that tries a password.
`CARTERA_TRUSTED_PROXIES` are the addresses of proxies whose `X-Forwarded-For` is believed.
"""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.core.exceptions import ImproperlyConfigured

from cartera.kernel.limits import Quota


def quota(name: str, setting: str, otherwise: str) -> Quota:
    text = os.environ.get(setting, otherwise)
    try:
        return Quota.read(name, text)
    except ValueError:
        raise ImproperlyConfigured(f"{setting}={text} is no quota: write requests per seconds, as 600/60.") from None


def networks(setting: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks with commas between them."""
    text = os.environ.get(setting, "")
    try:
        return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError:
        raise ImproperlyConfigured(f"{setting}={text}: write addresses or networks, as 127.0.0.1,10.0.0.0/8.") from None


CARTERA_API_QUOTA = quota("token", "CARTERA_API_QUOTA", "30000/60")
CARTERA_GUEST_QUOTA = quota("address", "CARTERA_GUEST_QUOTA", "300/60")
CARTERA_SIGN_IN_QUOTA = quota("sign-in", "CARTERA_SIGN_IN_QUOTA", "300/300")
CARTERA_API_NEEDS_IF_MATCH = os.environ.get("CARTERA_API_NEEDS_IF_MATCH", "") == "1"
CARTERA_WEBHOOKS_TO_PRIVATE = os.environ.get("CARTERA_WEBHOOKS_TO_PRIVATE", "") == "1"
CARTERA_TRUSTED_PROXIES = networks("CARTERA_TRUSTED_PROXIES")

__all__ = [
    "CARTERA_API_NEEDS_IF_MATCH",
    "CARTERA_API_QUOTA",
    "CARTERA_GUEST_QUOTA",
    "CARTERA_SIGN_IN_QUOTA",
    "CARTERA_TRUSTED_PROXIES",
    "CARTERA_WEBHOOKS_TO_PRIVATE",
]
