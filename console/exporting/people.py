"""Who makes an export, for the record of it: a person who proves it, else the account of this machine."""

from typing import TYPE_CHECKING

from console.account import account

if TYPE_CHECKING:
    from records.settings import Settings

MAY_EXPORT = ("supervisor", "compliance", "examiner")


def who(settings: "Settings", name: str | None) -> str:
    """The id under which the export stands on record; with a name, whoever signs in under it."""
    if name is None:
        return account()
    from console.staff.authentication import signed_in

    return signed_in(settings, name, MAY_EXPORT, "export").staff_id
