"""How pressing a finding is, in words: by the number that the policy gives."""

SEVERITIES = ("a note", "to be looked at", "serious", "urgent")
