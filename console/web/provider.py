"""A provider of OpenID Connect: what it publishes of itself, the exchange of a code, and whether its word is believed.

Authlib and joserfc build and check what is said; `ingest.web` asks. Nothing is asked before somebody signs in, and
what the provider says of itself is asked for again after `KEPT_SECONDS`.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from console.web.address import LOOPBACK
from console.web.bounded import Bounded
from ingest.web import Answer, Web
from records.errors import Misconfigured, NotAllowed, Unavailable
from records.settings import Settings

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures that are believed: of a key that only the provider has."""
KEPT_SECONDS = 3600.0
KEYS_SECONDS_MIN = 60.0
"""For a key that is not known the keys are asked for again, but not more often than so."""
CLOCKS_SECONDS_MAX = 60
"""By so much may its clock be another than ours."""
BODY_BYTES_MAX = 1_000_000
CALLS_MAX, WAITING_MAX = 2, 30
"""So many people are asked after at the same time; so many may wait for it."""
CLAIM_CHARS_MAX = 256
SECRET_BYTES_MAX = 4_096
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OK, _BAD_REQUEST, _UNAUTHORIZED = 200, 400, 401


@dataclass(frozen=True, slots=True)
class Begun:
    """What one sign-in was begun with; the provider gives back `state` and `nonce`, and never learns `verifier`."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: Settings, redirect_uri: str, now: Callable[[], float] = time.monotonic) -> None:
        self.issuer = settings.oidc_issuer
        self.title = settings.oidc_title or urlsplit(self.issuer).netloc
        self._settings, self._redirect_uri, self._now = settings, redirect_uri, now
        self._web = Web("the provider for signing in", body_bytes_max=BODY_BYTES_MAX)
        self._calls = Bounded("asking the provider for signing in", CALLS_MAX, WAITING_MAX)
        self._said: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._said_at = self._keys_at = 0.0
        _refuse_unusable(settings)

    def close(self) -> None:
        """Gives threads and connections back."""
        self._calls.close()
        self._web.close()

    async def address(self, begun: Begun) -> str:
        """Where the browser is to go; raises Unavailable."""
        return await self._calls.run(lambda: self._address(begun))

    async def claims(self, code: str, begun: Begun) -> Mapping[str, Any]:
        """What the provider says of whoever came back with this code; NotAllowed unless it is to be believed."""
        return await self._calls.run(lambda: self._claims(code, begun))

    def _address(self, begun: Begun) -> str:
        said = self._metadata()
        client = self._client()
        where, _ = client.create_authorization_url(
            said["authorization_endpoint"], state=begun.state, code_verifier=begun.verifier, nonce=begun.nonce
        )
        return str(where)

    def _claims(self, code: str, begun: Begun) -> Mapping[str, Any]:
        token = self._token(code, begun.verifier)
        try:
            claims = self._believed(token, begun.nonce)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            what = getattr(error, "description", "") or type(error).__name__
            raise NotAllowed(f"the provider's word is not believed ({what[:CLAIM_CHARS_MAX]}): begin again") from None
        if self._settings.oidc_name in claims or "userinfo_endpoint" not in self._said:
            return claims
        return claims | self._more(str(token.get("access_token")), str(claims["sub"]))

    def _token(self, code: str, verifier: str) -> Mapping[str, Any]:
        client = self._client()
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=self._redirect_uri, code_verifier=verifier
        )
        headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
        url = self._metadata()["token_endpoint"]
        url, headers, body = client.client_auth(client.token_endpoint_auth_method).prepare("POST", url, headers, body)
        answer = self._web.post_form(url, body, headers=headers, answers=(_UNAUTHORIZED,))
        said = _json(answer)
        if answer.status == _OK:
            return said
        error = str(said.get("error", ""))[:CLAIM_CHARS_MAX]
        if error == "invalid_client" or answer.status == _UNAUTHORIZED:
            raise Misconfigured(
                "the provider for signing in does not know this console: LIFEGUARD_OIDC_CLIENT_ID and _SECRET_FILE"
            )
        if answer.status == _BAD_REQUEST:
            raise NotAllowed(f"the provider does not take its code back ({error or 'no reason'}): begin again")
        raise Unavailable(f"the provider for signing in answers with HTTP {answer.status}")

    def _believed(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """The claims of the ID token: OpenID Connect Core 1.0, section 3.1.3.7."""
        known = self._metadata().get("id_token_signing_alg_values_supported") or ("RS256",)
        registry = JWSRegistry(algorithms=[one for one in ALGORITHMS if one in known], strict_check_header=False)
        try:
            decoded = jwt.decode(token["id_token"], self._key_set(), registry=registry)
        except InvalidKeyIdError:
            decoded = jwt.decode(token["id_token"], self._key_set(anew=True), registry=registry)
        wanted = {
            "iss": {"essential": True, "value": self._said["issuer"]},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
        }
        given = {
            "nonce": nonce, "client_id": self._settings.oidc_client_id, "access_token": token.get("access_token"),
        }  # fmt: skip
        claims = CodeIDToken(decoded.claims, decoded.header, wanted, given)
        claims.validate(now=int(time.time()), leeway=CLOCKS_SECONDS_MAX)
        return dict(claims)

    def _more(self, access_token: str, sub: str) -> dict[str, Any]:
        """What a provider tells only when asked with the access token, of the same person."""
        answer = self._web.get(self._said["userinfo_endpoint"], headers={"authorization": f"Bearer {access_token}"})
        said = _json(answer)
        return dict(said) if answer.status == _OK and said.get("sub") == sub else {}

    def _metadata(self) -> Mapping[str, Any]:
        if self._said and self._now() - self._said_at < KEPT_SECONDS:
            return self._said
        answer = self._web.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        said = _json(answer)
        if answer.status != _OK or said.get("issuer") != self.issuer:
            raise Misconfigured(f"LIFEGUARD_OIDC_ISSUER, {self.issuer}, is not what the provider calls itself")
        for name in _ENDPOINTS:
            _refuse_open(str(said.get(name, "")), f"the {name} of the provider")
        self._said, self._said_at = said, self._now()
        return said

    def _key_set(self, *, anew: bool = False) -> KeySet:
        age = self._now() - self._keys_at
        if self._keys is None or age > KEPT_SECONDS or (anew and age > KEYS_SECONDS_MIN):
            answer = self._web.get(self._metadata()["jwks_uri"])
            self._keys, self._keys_at = KeySet.import_key_set(dict(_json(answer))), self._now()  # type: ignore[arg-type]
        return self._keys

    def _client(self) -> OAuth2Client:
        """Authlib's view of us; it holds no connection."""
        known = self._metadata().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        secret = _secret(self._settings)
        method = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        return OAuth2Client(
            None,
            self._settings.oidc_client_id,
            secret,
            token_endpoint_auth_method=method if secret else "none",
            scope=self._settings.oidc_scopes,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
        )


def _json(answer: Answer) -> Mapping[str, Any]:
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Unavailable("the provider for signing in, or something before it, answers what is not JSON")
    return said


def _refuse_unusable(settings: Settings) -> None:
    if not settings.oidc_client_id:
        raise Misconfigured("LIFEGUARD_OIDC_ISSUER is set: set LIFEGUARD_OIDC_CLIENT_ID, too")
    _refuse_open(settings.oidc_issuer, "LIFEGUARD_OIDC_ISSUER")
    _secret(settings)


def _refuse_open(url: str, what: str) -> None:
    """Only https, or this machine itself."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Misconfigured(f"{what} is no https address")


def _secret(settings: Settings) -> str:
    file = settings.oidc_client_secret_file
    if file is None:
        return ""
    try:
        secret = file.read_text(encoding="utf-8")[:SECRET_BYTES_MAX].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"LIFEGUARD_OIDC_CLIENT_SECRET_FILE cannot be read: {type(error).__name__}") from None
    if not secret:
        raise Misconfigured("LIFEGUARD_OIDC_CLIENT_SECRET_FILE is empty")
    return secret
