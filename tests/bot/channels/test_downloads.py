"""Only the platform's own picture host is asked, and never anything inside (T33)."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.channels.base import NeverFetched, NotFetched
from bot.channels.downloads import Downloads, Hosts
from bot.channels.zalo_bot import PICTURES as ZALO_BOT_PICTURES
from bot.channels.zalo_oa import PICTURES as ZALO_OA_PICTURES

HOSTILE = (
    "http://photo-stal-1.zdn.vn/a.jpg",
    "https://photo-stal-1.zdn.vn:8443/a.jpg",
    "https://zdn.vn@127.0.0.1/a.jpg",
    "https://x:y@photo-stal-1.zdn.vn/a.jpg",
    "https://evil.example/photo-stal-1.zdn.vn/a.jpg",
    "https://evilzdn.vn/a.jpg",
    "https://zdn.vn.evil.example/a.jpg",
    "https://127.0.0.1/a.jpg",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/a.jpg",
    "https://localhost/a.jpg",
    "file:///etc/passwd",
    "//photo-stal-1.zdn.vn/a.jpg",
    "https://photo-stal-1.zdn.vn\\@127.0.0.1/",
    "https:///a.jpg",
    "https://zdn.vn:99999/",
    "https://photo-stal-1.zdn.vn/" + "a" * 3000,
)


@pytest.mark.parametrize("url", HOSTILE)
@pytest.mark.parametrize("hosts", [ZALO_OA_PICTURES, ZALO_BOT_PICTURES], ids=["oa", "bot"])
async def test_an_address_that_is_not_the_platforms_is_never_asked(hosts: Hosts, url: str) -> None:
    """T33."""
    resolver = Names("203.0.113.7")
    downloads = Downloads(hosts, resolver=resolver)
    with pytest.raises(NeverFetched, match="file host"):
        await downloads.fetch(url)
    assert resolver.asked == []
    await downloads.close()


class Names(AbstractResolver):
    """Every name leads to one address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        kind = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        return [
            ResolveResult(
                hostname=host, host=self.address, port=port, family=kind, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.7", "169.254.169.254", "192.168.1.1", "100.64.0.1", "224.0.0.1"),
        *("::", "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1"),
    ],
)
async def test_a_name_that_leads_inside_is_not_followed(address: str) -> None:
    """T33: also where the name is the platform's."""
    downloads = Downloads(ZALO_BOT_PICTURES, resolver=Names(address))
    with pytest.raises(NeverFetched, match="private"):
        await downloads.fetch("https://photo-stal-1.zdn.vn/a.jpg")
    await downloads.close()


async def test_a_closed_host_is_asked_nothing() -> None:
    downloads = Downloads(ZALO_OA_PICTURES)
    await downloads.close()
    with pytest.raises(NotFetched, match="closed"):
        await downloads.fetch("https://photo-stal-1.zdn.vn/a.jpg")
