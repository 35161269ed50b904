"""Signing in with a provider of OpenID Connect: a real one by real HTTP, and one that lies."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from console.web.oidc import PATH_BACK
from console.web.provider import Provider
from records.errors import Misconfigured
from records.settings import Settings
from tests.console.web.desks import URL, Browser, Scene
from tests.console.web.providers import Liar, real_provider

ANN = "ann@example.com"


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    """The address of a real provider."""
    with real_provider() as address:
        yield address


@pytest.fixture
def liar() -> Iterator[Liar]:
    """A provider that says what it is told."""
    found = Liar()
    yield found
    found.close()


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """`console(issuer)`: a console that knows the provider, and ann, who is a moderator."""
    scenes = []

    def make(issuer: str, **more: Any) -> Scene:
        (tmp_path / "secret").write_text("a secret\n")
        known = {"oidc_client_id": "lifeguard", "oidc_client_secret_file": tmp_path / "secret"}
        settings = Settings(data_dir=tmp_path, oidc_issuer=issuer, **(known | more))
        scene = Scene(settings, Provider(settings, f"{URL}{PATH_BACK}"))
        scene.grant(ANN, "reviewer")
        scenes.append(scene)
        return scene

    yield make
    for scene in scenes:
        scene.desk.close()


async def to_provider(browser: Browser, wanted: str = "/") -> str:
    """The address that the console sends a browser to."""
    answer = await browser.get("/sign-in/provider", params={"next": wanted})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def at_real(address: str, location: str, sub: str, **claims: Any) -> str:
    """What somebody does at the real provider; the query with which they come back."""
    async with httpx.AsyncClient() as person:
        assert (await person.put(f"{address}/users/{sub}", json=claims)).status_code == 204
        answer = await person.post(location, data={"sub": sub})
    assert answer.headers["location"].startswith(f"{URL}{PATH_BACK}?")
    return urlsplit(answer.headers["location"]).query


async def test_whom_a_real_provider_names_is_in(real: str, console: Callable[..., Scene]) -> None:
    """With the role that they have here; on record with who said so. The code is no good a second time."""
    scene = console(real)
    browser = scene.browser()
    query = await at_real(real, await to_provider(browser, "/?x=1"), "7", email="Ann@Example.com", email_verified=True)
    kept = browser.cookies["lifeguard-oidc"]
    answer = await browser.get(f"{PATH_BACK}?{query}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?x=1")
    assert scene.broker.audits == [("sign_in", ANN, "signing in to the console", f"as reviewer, by {real}")]
    assert ANN in (await browser.get("/")).text
    assert "lifeguard-oidc" not in browser.cookies
    again = scene.browser()
    again.cookies.set("lifeguard-oidc", kept, domain="127.0.0.1", path="/")
    replayed = await again.get(f"{PATH_BACK}?{query}")
    assert replayed.status_code == 401
    assert "the provider does not take its code back (invalid_grant): begin again" in replayed.text
    assert "lifeguard" not in again.cookies


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"email": ANN}, "has not verified your email"),
        ({"email": ANN, "email_verified": False}, "has not verified your email"),
        ({"email": "ben@example.com", "email_verified": True}, "ben@example.com has no role here"),
        ({}, "does not tell your email"),
    ],
)
async def test_whom_a_real_provider_does_not_vouch_for_is_not(
    real: str, console: Callable[..., Scene], claims: dict[str, Any], told: str
) -> None:
    """An email that nobody verified, none at all, or one without a role here."""
    scene = console(real)
    browser = scene.browser()
    answer = await browser.get(f"{PATH_BACK}?{await at_real(real, await to_provider(browser), '8', **claims)}")
    assert answer.status_code == 401
    assert told in answer.text
    assert "lifeguard" not in browser.cookies
    [(who, why)] = scene.broker.refusals
    assert (who, told in why) == ("(nobody)", True)


async def test_a_sign_in_that_was_begun_elsewhere_ends_nowhere(real: str, console: Callable[..., Scene]) -> None:
    """Another browser, another state, none, or none of this provider's."""
    scene = console(real)
    begun, other = scene.browser(), scene.browser()
    query = await at_real(real, await to_provider(begun), "7", email=ANN, email_verified=True)
    await to_provider(other)
    for browser, asked in (
        (other, query),
        (scene.browser(), query),
        (begun, query.replace("state=", "state=0")),
        (begun, query.partition("&state")[0]),
    ):
        answer = await browser.get(f"{PATH_BACK}?{asked}")
        assert answer.status_code == 401
        assert "this was not begun in this browser" in answer.text
    assert all(kind == "refusal" for kind, *_ in scene.broker.audits)


async def test_who_says_no_at_the_provider_is_told_so(liar: Liar, console: Callable[..., Scene]) -> None:
    """And so is who comes back from another one, or with nothing."""
    browser = console(liar.address).browser()
    for more, told in (
        ("error=access_denied", "the provider says no (access_denied)"),
        ("code=c-1&iss=https://evil.example", "comes from another provider"),
        ("", "has no code"),
        (f"code={'c' * 5_000}", "has no code"),
    ):
        state = liar.authorize(await to_provider(browser)).partition("state=")[2]
        answer = await browser.get(f"{PATH_BACK}?state={state}&{more}")
        assert answer.status_code == 401
        assert told in answer.text


LIES: list[tuple[dict[str, Any], str]] = [
    ({"aud": "another"}, "aud"),
    ({"aud": ["lifeguard", "another"]}, "azp"),
    ({"azp": "another"}, "azp"),
    ({"iss": "https://evil.example"}, "iss"),
    ({"nonce": "another"}, "nonce"),
    ({"nonce": None}, "nonce"),
    ({"exp": int(time.time()) - 3_600}, "expired"),
    ({"exp": None}, "exp"),
    ({"iat": int(time.time()) + 3_600}, "issued in the future"),
    ({"nbf": int(time.time()) + 3_600}, "not yet valid"),
    ({"sub": None}, "sub"),
    ({"at_hash": "AAAA"}, "at_hash"),
]


@pytest.mark.parametrize(("claims", "told"), LIES)
async def test_a_token_that_is_not_for_us_now_is_not_believed(
    liar: Liar, console: Callable[..., Scene], claims: dict[str, Any], told: str
) -> None:
    """Whoever signed it."""
    answer = await _back(liar, console(liar.address).browser(), claims=claims)
    assert answer.status_code == 401
    assert "the provider&#39;s word is not believed" in answer.text
    assert told in answer.text


@pytest.mark.parametrize("signing", ["none", "HS256", "another key", "an unknown key"])
async def test_a_signature_that_anybody_could_make_is_not_believed(
    liar: Liar, console: Callable[..., Scene], signing: str
) -> None:
    """None, one by the public key, one by another key under the same name or another."""
    browser = console(liar.address).browser()
    location = await to_provider(browser)
    liar.metadata = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]}
    if "key" in signing:
        published = liar.key
        forged = RSAKey.generate_key(2048, {"kid": "one"})
        as_published = {"keys": [published.as_dict(private=False)]}
        get = liar.get
        liar.get = lambda path, said: as_published if path == "/jwks" else get(path, said)  # type: ignore[method-assign]
        liar.key, liar.kid = forged, "one" if signing == "another key" else "two"
    else:
        liar.signing = signing
    answer = await browser.get(f"{PATH_BACK}?{liar.authorize(location)}")
    assert answer.status_code == 401
    assert "is not believed" in answer.text


async def test_the_keys_of_a_provider_may_change(liar: Liar, console: Callable[..., Scene]) -> None:
    """They are asked for again for one that is not known."""
    scene = console(liar.address)
    assert (await _back(liar, scene.browser())).status_code == 303
    liar.key, liar.kid = RSAKey.generate_key(2048, {"kid": "two"}), "two"
    provider = scene.desk.provider
    assert provider is not None
    provider._keys_at -= 61
    assert (await _back(liar, scene.browser())).status_code == 303


async def test_what_is_not_in_the_token_is_asked_for(liar: Liar, console: Callable[..., Scene]) -> None:
    """And counts only if it is of the same person."""
    bare = {"email": None, "email_verified": None}
    scene = console(liar.address)
    assert (await _back(liar, scene.browser(), claims=bare)).status_code == 303
    liar.userinfo["sub"] = "8"
    answer = await _back(liar, scene.browser(), claims=bare)
    assert answer.status_code == 401
    assert "does not tell your email" in answer.text


@pytest.mark.parametrize("how", ["client_secret_basic", "client_secret_post", "none"])
async def test_the_console_proves_who_it_is(liar: Liar, console: Callable[..., Scene], how: str) -> None:
    """As the provider wants it, by the secret of a file; one that is no secret's client only says its name."""
    liar.metadata = {"token_endpoint_auth_methods_supported": [how]}
    scene = console(liar.address, **({"oidc_client_secret_file": None} if how == "none" else {}))
    assert (await _back(liar, scene.browser())).status_code == 303
    [(path, form, authorization)] = liar.asked
    assert path == "/token"
    assert (form["grant_type"], form["redirect_uri"]) == ("authorization_code", f"{URL}{PATH_BACK}")
    assert authorization.startswith("Basic ") == (how == "client_secret_basic")
    assert (form.get("client_secret") == "a secret") == (how == "client_secret_post")
    assert (form.get("client_id") == "lifeguard") == (how != "client_secret_basic")


async def test_a_provider_may_name_people_by_another_claim(liar: Liar, console: Callable[..., Scene]) -> None:
    """As it is; but nobody becomes the owner of a local account by choosing a name, or gets one that misleads."""
    scene = console(liar.address, oidc_name="preferred_username")
    scene.grant("Ann", "compliance")
    assert (await _back(liar, scene.browser(), claims={"preferred_username": "Ann"})).status_code == 303
    assert scene.broker.audits[0][:2] == ("sign_in", "Ann")
    scene.desk.accounts.add("root", "seven lanterns by the quay")
    scene.grant("root", "administrator")
    for name, told in (
        ("root", "root is a local account"),
        ("(nobody)", "cannot be a name here"),
        ("ann\u202e", "cannot be a name here"),
        ("x" * 65, "cannot be a name here"),
        (7, "does not tell your preferred_username"),
        ("ben", "ben has no role here"),
    ):
        answer = await _back(liar, scene.browser(), claims={"preferred_username": name})
        assert answer.status_code == 401
        assert told in answer.text


async def test_a_provider_that_is_away_is_said_to_be(liar: Liar, console: Callable[..., Scene]) -> None:
    """A page and not a crash; whoever has a local account still gets in, and once it is back everybody does."""
    scene = console(liar.address)
    liar.answers["/token"] = 500
    answer = await _back(liar, scene.browser())
    assert answer.status_code == 503
    assert "the provider for signing in" in answer.text
    liar.answers["/token"] = 401
    with_secret = await _back(liar, scene.browser())
    assert with_secret.status_code == 503
    assert "OIDC_CLIENT" not in with_secret.text
    liar.answers["/token"] = 200
    assert (await _back(liar, scene.browser())).status_code == 303
    liar.close()
    away = scene.desk.provider
    assert away is not None
    away._said = {}
    answer = await scene.browser().get("/sign-in/provider")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert (await scene.browser().get("/sign-in")).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": ""},
        {"jwks_uri": None},
    ],
)
async def test_a_provider_that_is_not_what_it_should_be_is_not_used(
    liar: Liar, console: Callable[..., Scene], said: dict[str, Any]
) -> None:
    """Another issuer than the settings name, or an address that everybody could listen to."""
    liar.metadata = said
    answer = await console(liar.address).browser().get("/sign-in/provider")
    assert answer.status_code == 503
    assert "Something is not set up" in answer.text


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"oidc_client_id": ""}, "set LIFEGUARD_OIDC_CLIENT_ID, too"),
        ({"oidc_issuer": "http://sso.example.com"}, "LIFEGUARD_OIDC_ISSUER is no https address"),
        ({"oidc_client_secret_file": Path("/nowhere/secret")}, "_SECRET_FILE cannot be read: FileNotFoundError"),
    ],
)
def test_settings_that_cannot_work_are_told_at_the_start(more: dict[str, Any], told: str) -> None:
    """In a sentence."""
    settings = Settings(**{"oidc_issuer": "https://sso.example.com", "oidc_client_id": "lifeguard"} | more)
    with pytest.raises(Misconfigured, match=told):
        Provider(settings, f"{URL}{PATH_BACK}")


async def test_the_page_offers_what_there_is(liar: Liar, console: Callable[..., Scene], scene: Scene) -> None:
    """The provider first, local accounts only where there are some; and no provider where none is set up."""
    with_provider = console(liar.address, oidc_title="the <b>company</b>")
    page = (await with_provider.browser().get("/sign-in?next=/a?b=1")).text
    assert 'href="/sign-in/provider?next=/a%3Fb%3D1"' in page
    assert "Sign in with the &lt;b&gt;company&lt;/b&gt;" in page
    assert "passphrase" not in page
    with_provider.desk.accounts.add("root", "seven lanterns by the quay")
    assert 'name="passphrase"' in (await with_provider.browser().get("/sign-in")).text
    for path in ("/sign-in/provider", PATH_BACK):
        assert (await scene.browser().get(path)).status_code == 404


async def _back(liar: Liar, browser: Browser, claims: dict[str, Any] | None = None) -> httpx.Response:
    """There and back."""
    liar.claims = claims or {}
    return await browser.get(f"{PATH_BACK}?{liar.authorize(await to_provider(browser))}")
