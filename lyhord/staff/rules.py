"""Who may do what, where no mandate says otherwise."""

AGENT = frozenset({
    "see", "reply", "note", "assign", "close", "reopen", "snooze", "tag", "prioritise", "merge_customers", "spam", "undo",
    "like", "presence", "handle_case", "merge", "grant", "ask",
})  # fmt: skip
MODERATOR = AGENT | {"hide", "unhide", "block", "unblock", "report"}
SENIOR = MODERATOR | {"settle", "retry_quarantine", "approve", "decide_late"}
LEAD = SENIOR | {
    "delete_post", "hold", "lift_hold", "pause_account", "see_audit", "share_view", "see_health", "make_api_key",
    "tune_triage", "route", "manage_cases", "manage_replies", "set_mandates", "manage_departments", "set_clocks", "acknowledge",
    "move_data",
}  # fmt: skip
ADMINISTRATOR = LEAD | {
    "manage_accounts",
    "manage_people",
    "manage_brands",
    "export_person",
    "erase_person",
    "see_secrets",
}

MAY: dict[str, frozenset[str]] = {
    "agent": AGENT,
    "senior": SENIOR,
    "lead": LEAD,
    "moderator": MODERATOR,
    "expert": frozenset({"see", "note", "presence"}),
    "communications": AGENT | {"post"},
    "listener": frozenset({"see", "presence"}),
    "administrator": ADMINISTRATOR,
}
VERBS = ADMINISTRATOR | {"post"}
SUPERVISE = frozenset({"manage_accounts", "manage_people", "manage_brands"})


def may(role: str, verb: str) -> bool:
    return verb in MAY[role]


def needs_factor(rule: str, *, is_administrator: bool, is_demo: bool) -> bool:
    """Whether LYHORD_MFA asks this person for a second factor."""
    return not is_demo and (rule == "required" or (rule == "admins" and is_administrator))
