"""Accounts of those who may look and decide, when the pages are reachable from other machines.

Passwords are kept as Argon2id hashes in a file that only its owner reads; who signed in carries a cookie signed with a
key of the same file: a restart signs nobody out, and a changed password signs out everybody who used the old one.
"""

import hmac
import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SESSION_SECONDS = 12 * 3600
SHORTEST_PASSWORD = 10
TRIES = 5
TRIES_SECONDS = 300
# The parameters of RFC 9106 for little memory, which are those of the library.
HASHER = PasswordHasher()


class AccountError(Exception):
    """An account cannot be made, or the file of accounts cannot be used."""


class TooManyTriesError(AccountError):
    """Somebody guesses; the name or the address has to wait."""


class Role(StrEnum):
    """What an account may do: decide, or only look."""

    REVIEWER = "reviewer"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in.

    Attributes:
        name: Decisions carry it.
        role: What they may do.
        password: Argon2id hash with its parameters and salt.
    """

    name: str
    role: Role
    password: str


@dataclass(slots=True)
class Accounts:
    """The accounts of a file, and who tried to sign in of late.

    Attributes:
        path: The file.
        clock: Gives seconds since 1970.
    """

    path: Path
    clock: Callable[[], float] = time.time
    _tries: dict[str, list[float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _nobody: str = field(default_factory=lambda: HASHER.hash(secrets.token_hex()))  # an unknown name costs the same

    def all(self) -> dict[str, Account]:
        """Returns the accounts by name.

        Raises:
            AccountError: The file cannot be read.
        """
        return self._read()[1]

    def put(self, name: str, password: str, role: Role = Role.REVIEWER) -> Account:
        """Makes an account, or gives one another password and role.

        Raises:
            AccountError: The name is empty or holds a character that no name has, or the password is too short.
        """
        if not name.strip() or not name.isprintable():
            raise AccountError("a name has letters, and no line breaks")
        if len(password) < SHORTEST_PASSWORD:
            raise AccountError(f"a password has {SHORTEST_PASSWORD} characters or more")
        key, held = self._read() if self.path.exists() else (secrets.token_hex(32), {})
        account = Account(name.strip(), role, HASHER.hash(password))
        self._write(key, held | {account.name: account})
        return account

    def sign_in(self, name: str, password: str, address: str) -> str | None:
        """Returns the cookie of a new session, or None when name and password do not fit.

        Raises:
            TooManyTriesError: There were too many tries for the name, or from the address.
        """
        self._count(f"name {name}", f"address {address}")
        account = self.all().get(name)
        try:
            HASHER.verify(account.password if account else self._nobody, password)
        except (VerificationError, InvalidHashError):
            return None
        if account is None:
            return None
        with self._lock:
            self._tries.pop(f"name {name}", None)
            self._tries.pop(f"address {address}", None)
        said = f"{int(self.clock())}.{name.encode().hex()}"
        return f"{said}.{self._sign(said, account)}"

    def of(self, cookie: str) -> Account | None:
        """Returns the account of a session that is sound and not too old, else None."""
        said, _, signature = cookie.rpartition(".")
        since, _, name = said.partition(".")
        try:
            account = self.all().get(bytes.fromhex(name).decode())
            age = self.clock() - int(since)
        except ValueError:
            return None
        if account is None or not 0 <= age <= SESSION_SECONDS:
            return None
        return account if hmac.compare_digest(signature.encode(), self._sign(said, account).encode()) else None

    def _count(self, *who: str) -> None:
        now = self.clock()
        with self._lock:
            recent = {one: [at for at in tries if now - at < TRIES_SECONDS] for one, tries in self._tries.items()}
            self._tries = {one: tries for one, tries in recent.items() if tries}
            if any(len(self._tries.get(one, ())) >= TRIES for one in who):
                raise TooManyTriesError(f"too many tries; wait {TRIES_SECONDS // 60} minutes")
            for one in who:
                self._tries.setdefault(one, []).append(now)

    def _sign(self, said: str, account: Account) -> str:
        key = f"{self._read()[0]} {account.password}"
        return hmac.new(key.encode(), said.encode(), sha256).hexdigest()

    def _read(self) -> tuple[str, dict[str, Account]]:
        try:
            held = json.loads(self.path.read_text("utf-8"))
            found = [Account(one["name"], Role(one["role"]), one["password"]) for one in held["accounts"]]
            return str(held["key"]), {account.name: account for account in found}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise AccountError(f"no accounts can be read from {self.path}: {error}") from error

    def _write(self, key: str, held: dict[str, Account]) -> None:
        new = self.path.with_name(f"{self.path.name}.new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"key": key, "accounts": [asdict(account) for account in held.values()]}, file, indent=1)
        new.replace(self.path)
