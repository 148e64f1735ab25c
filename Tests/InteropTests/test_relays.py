"""Calls through a relay (TURN, RFC 8656): coturn, by UDP, TCP and TLS, with nothing but relayed candidates."""

import json
from contextlib import asynccontextmanager

import pytest
from conftest import run

from lab import extension
from lab.calls import place_call_until_sure
from lab.chromium import Chromium
from lab.host import EXTENSION, HostInstallation
from lab.own_pages import OwnPages
from lab.relay import Relay
from lab.sides import AiortcSide, NativeSide, RedirectedSide


@pytest.fixture(scope="module")
def relay():
    with Relay() as relay:
        yield relay


def only(server):
    return {"iceServers": [server], "iceTransportPolicy": "relay"}


def chromium(**named):
    return NativeSide(parameters={"processing": "off"}, **named)


@pytest.mark.parametrize(("transport", "peer"), [("tcp", AiortcSide), ("tls", chromium)], ids=["tcp", "tls"])
def test_a_call_through_a_relay_is_heard_both_ways(transport, peer, relay, serving, turns, tmp_path, tell):
    async def call():
        async with serving() as signalling:
            def side(kind, name, **more):
                return lambda **given: kind(signalling=signalling, room="demo", record=tmp_path / f"{name}.wav", **more, **given)
            caller = side(
                RedirectedSide, "caller", parameters={"configuration": json.dumps(only(relay.server(transport)))},
                environment=relay.environment)
            return await place_call_until_sure(caller, side(peer, "called"), turns, wanted=3)

    report = run(call())
    tell(f"through a relay by {transport}: {report}")
    assert report.sounds(3)
    assert report.caller_figures["candidatePair"]["local"].startswith(f"relay {relay.address}:")


@pytest.fixture
def open_page(turns, tmp_path):
    @asynccontextmanager
    async def opened(environment):
        host = HostInstallation(microphone=turns.near, loudspeaker=tmp_path / "page.wav")
        browser = Chromium(extension=EXTENSION, environment=host.environment | environment)
        try:
            host.install(browser.profile)
            with OwnPages() as pages:
                async with browser:
                    await extension.allow(browser, pages.url)
                    yield await browser.open(pages.url)
        finally:
            host.remove()

    return opened


def test_servers_that_give_nothing_are_told_and_calls_go_on(relay, open_page):
    async def look():
        found = {}
        async with open_page(relay.environment) as page:
            found["right"] = await page.evaluate(f"gather({json.dumps(only(relay.server('tls')))})")
            found["wrong credential"] = await page.evaluate(f"gather({json.dumps(only(relay.server('udp', 'guessed')))})")
            silent = relay.server("tcp") | {"urls": "turn:127.0.0.1:9?transport=tcp"}
            found["nobody there"] = await page.evaluate(f"gather({json.dumps(only(silent))})")
            found["call"] = await page.evaluate(f"call(globalThis, {json.dumps(only(relay.server('udp')))})")
            found["restart"] = await page.evaluate("restart()")
        with Relay(named="192.0.2.250") as other:
            async with open_page(other.environment) as page:
                found["wrong name"] = await page.evaluate(f"gather({json.dumps(only(other.server('tls')))})")
        # Whom the system does not trust.
        async with open_page({}) as page:
            found["unknown authority"] = await page.evaluate(f"gather({json.dumps(only(relay.server('tls')))})")
        return found

    found = run(look())
    [candidate] = found["right"]["candidates"]
    assert " typ relay raddr 0.0.0.0 rport 0" in candidate
    assert found["right"]["errors"] == []
    for name, code in (("wrong credential", 401), ("wrong name", 701), ("nobody there", 701), ("unknown authority", 701)):
        assert found[name]["candidates"] == [], name
        assert [error["errorCode"] for error in found[name]["errors"]] == [code], (name, found[name])
        assert all(error["url"].startswith("turn") for error in found[name]["errors"])
    assert found["call"]["states"] == ["connected", "connected"]
    assert found["restart"]["states"] == ["connected", "connected"]
    assert found["restart"]["fragments"] == 2 and found["restart"]["relayed"]


def test_a_relay_that_dies_ends_the_call_and_nothing_else(open_page):
    async def look():
        with Relay() as relay:
            async with open_page({}) as page:
                configuration = json.dumps(only(relay.server("tcp")))
                assert (await page.evaluate(f"call(globalThis, {configuration})"))["states"] == ["connected", "connected"]
                relay.stop()
                await page.until("calls[0].every(({ connectionState }) => connectionState !== 'connected')", timeout=60)
                # The engine lives: a call without the relay comes about.
                return await page.evaluate("call()")

    assert run(look())["states"] == ["connected", "connected"]
