"""The database itself refuses to change what was done. Used by migration 0002; tests lift it to empty the tables."""

from django.db.backends.base.base import BaseDatabaseWrapper

EVENT, DETAIL, HEAD = "staff_auditevent", "staff_auditdetail", "staff_audithead"
REFUSAL = "the audit log cannot be changed"
FIXED = ("id", "at", "actor_id", "verb", "object_kind", "object_id", "brand_id", "digest")

# What an UPDATE may do: seal a row once; empty what erasure destroys; move the head ahead.
SEALS = f"OLD.sequence IS NULL AND NEW.sequence IS NOT NULL AND {{same({', '.join(FIXED)})}}"
ERASES = "NEW.sealed = '' AND {same(event_id, person, sealed_digest, plain)}"
MOVES = "NEW.sequence > OLD.sequence AND NEW.id = OLD.id"


def up(connection: BaseDatabaseWrapper) -> None:
    run(connection, sqlite() if connection.vendor == "sqlite" else postgresql())


def down(connection: BaseDatabaseWrapper) -> None:
    statements = [f"DROP TRIGGER IF EXISTS {name}" for name, _, _ in sqlite_names()]
    if connection.vendor == "postgresql":
        statements = [f"DROP TRIGGER IF EXISTS {table}_kept ON {table}" for table in (EVENT, DETAIL, HEAD)]
        statements += [f"DROP TRIGGER IF EXISTS {table}_whole ON {table}" for table in (EVENT, DETAIL, HEAD)]
    run(connection, statements)


def run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rule(words: str, sign: str) -> str:
    """Fill in {same(a, b)}: each of these columns stays; `sign` is the database's own null-safe equality."""
    before, _, rest = words.partition("{same(")
    columns, _, after = rest.partition(")}")
    same = [f"NEW.{name.strip()} {sign} OLD.{name.strip()}" for name in columns.split(",") if name.strip()]
    return before + " AND ".join(same) + after


def sqlite_names() -> list[tuple[str, str, str]]:
    """(name, when, refused if): inserts too, since INSERT OR REPLACE removes a row without a DELETE."""
    taken = "EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
    found = []
    for table, key, allowed in ((EVENT, "id", SEALS), (DETAIL, "event_id", ERASES), (HEAD, "id", MOVES)):
        found.append((f"{table}_delete", f"DELETE ON {table}", "1"))
        found.append((f"{table}_update", f"UPDATE ON {table}", f"NOT ({rule(allowed, 'IS')})"))
        replaces = taken.format(table=table, key=key)
        if table == EVENT:
            replaces += " OR NEW.sequence IS NOT NULL"
        found.append((f"{table}_insert", f"INSERT ON {table}", replaces))
    return found


def sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER {name} BEFORE {when} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for name, when, refused in sqlite_names()
    ]


def postgresql() -> list[str]:
    statements = []
    for table, allowed in ((EVENT, SEALS), (DETAIL, ERASES), (HEAD, MOVES)):
        on_insert = "NEW.sequence IS NOT NULL" if table == EVENT else "FALSE"
        statements.append(f"""
            CREATE OR REPLACE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    IF {rule(allowed, "IS NOT DISTINCT FROM")} THEN RETURN NEW; END IF;
                ELSIF TG_OP = 'INSERT' THEN
                    IF NOT ({on_insert}) THEN RETURN NEW; END IF;
                END IF;
                RAISE EXCEPTION '{REFUSAL}';
            END $$""")
        statements.append(
            f"CREATE TRIGGER {table}_kept BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_keep()"
        )
        statements.append(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep()"
        )
    return statements
