"""To whom a case can be passed, and who has read the policy in force."""

from datetime import timedelta

from console.web.staffing import ROLES, has_read, targets
from moderation.policy import load_policy
from records.registry import Attestation
from tests.console.web.desks import NOW, Scene

POLICY = load_policy()


def test_a_case_goes_to_a_role_or_to_whoever_decides_now(scene: Scene) -> None:
    """By name, and not to those who only read, or whose role has ended or was taken away."""
    scene.grant("sam", "supervisor")
    scene.grant("kim", "reviewer")
    scene.grant("lex", "compliance", until=NOW + timedelta(hours=1))
    scene.grant("old", "compliance", until=NOW - timedelta(hours=1))
    scene.grant("exa", "examiner", until=NOW + timedelta(hours=1))
    scene.grant("root", "administrator")
    scene.grant("eve", "reviewer")
    scene.grant("eve", "reviewer", granted=False)
    assert targets(scene.desk.set_up, NOW) == [*ROLES, "kim", "lex", "sam"]
    assert targets(scene.desk.set_up, NOW + timedelta(hours=2)) == [*ROLES, "kim", "sam"]


def attest(scene: Scene, name: str, by: str, digest: str) -> None:
    """Somebody says of a person that they have read a text."""
    said = {"registry_id": name, "staff_id": by, "set_at": NOW, "policy_version": 1, "policy_digest": digest}
    scene.broker.register(Attestation.model_validate(said))
    scene.desk.set_up.look()


def test_only_the_text_in_force_read_by_oneself_counts(scene: Scene) -> None:
    """A new version is to be read anew, and nobody can say it for somebody else."""
    assert not has_read(scene.desk.set_up, "ann", POLICY)
    attest(scene, "ann", "ben", POLICY.digest)
    assert not has_read(scene.desk.set_up, "ann", POLICY)
    attest(scene, "ann", "ann", "0" * 64)
    assert not has_read(scene.desk.set_up, "ann", POLICY)
    attest(scene, "ann", "ann", POLICY.digest)
    assert has_read(scene.desk.set_up, "ann", POLICY)
    assert not has_read(scene.desk.set_up, "ben", POLICY)


async def test_whoever_says_so_has_read_it(scene: Scene) -> None:
    """On record, of the very text that was on the page."""
    browser = scene.signed_in("ann")
    page = await browser.get("/policy")
    assert f'name="digest" value="{POLICY.digest}"' in page.text
    assert all(clause.text in page.text for clause in POLICY.clauses if clause.text.isalnum())
    stale = await browser.submit("/policy/read", digest="0" * 64)
    assert stale.status_code == 400
    assert "has changed since you opened it" in stale.text
    assert not [one for one in scene.broker.said if isinstance(one, Attestation)]
    assert (await browser.submit("/policy/read", digest=POLICY.digest)).status_code == 303
    [said] = [one for one in scene.broker.said if isinstance(one, Attestation)]
    assert (said.staff_id, said.registry_id, said.policy_digest) == ("ann", "ann", POLICY.digest)
