"""Names in place of names: the same for the same patient in one project, and another in every other project."""

import hmac
import secrets

from studio.project import Project

DIGITS = 16
_KEY = "pseudonym_key"


def pseudonym_key(project: Project) -> bytes:
    """The project's secret, made when it is first needed. Whoever has it can try out identifiers that they know."""
    with project.writing():
        key = project.setting(_KEY)
        if key is None:
            key = secrets.token_hex(32)
            project.set_setting(_KEY, key)
    return bytes.fromhex(key)


def pseudonym(key: bytes, *parts: str) -> str:
    """Hexadecimal digits that stand for an identifier (HMAC-SHA256, RFC 2104)."""
    return hmac.digest(key, "\0".join(parts).encode(), "sha256").hex()[:DIGITS]
