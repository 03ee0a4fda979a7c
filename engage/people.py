"""People: accounts that sign in, their roles and sessions, and the participants of one meeting."""

import hashlib
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import ForeignKey, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from engage import clock, record
from engage.db import Base, Moment, new_id
from engage.language import N_

SESSION_COOKIE = "sid"
SESSION_HOURS = 14
"""A session outlasts a long council day, and ends by itself after it."""
LEAST_PASSWORD = 10
CODE_LETTERS = 8

_hasher = PasswordHasher()
_decoy = _hasher.hash(secrets.token_hex(8))


class Account(Base):
    """Somebody who signs in: a clerk, the chair of a body, a member of one, an administrator."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    """What the person signs in with, in small letters."""
    password: Mapped[str] = mapped_column(Text)
    roles: Mapped[list["Role"]] = relationship(lazy="selectin", cascade="save-update, merge, expunge")

    @property
    def actor(self) -> str:
        return f"account:{self.id}"

    @property
    def is_admin(self) -> bool:
        return any(role.name == "admin" for role in self.roles)

    @property
    def is_clerk(self) -> bool:
        """Clerk of at least one body."""
        return any(role.name in ("admin", "clerk") for role in self.roles)

    @property
    def is_chair(self) -> bool:
        """Chairs, or is clerk of, at least one body."""
        return any(role.name in ("admin", "clerk", "chair") for role in self.roles)

    def runs(self, body_id: str) -> bool:
        """May act as the clerk of this body. A role without a body holds for every body."""
        return any(role.name in ("admin", "clerk") and role.body_id in (None, body_id) for role in self.roles)

    def chairs(self, body_id: str) -> bool:
        """May call and end speakers of this body: its chair, and who is its clerk."""
        is_chair = any(role.name == "chair" and role.body_id in (None, body_id) for role in self.roles)
        return is_chair or self.runs(body_id)


class Role(Base):
    """What an account may do, for one body or (without one) for all."""

    __tablename__ = "role"
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    body_id: Mapped[str | None] = mapped_column(ForeignKey("body.id"))
    name: Mapped[str] = mapped_column(Text)


class SignIn(Base):
    """A session: the cookie's SHA-256, never the cookie."""

    __tablename__ = "sign_in"
    token: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    until: Mapped[datetime] = mapped_column(Moment)
    account: Mapped[Account] = relationship(lazy="joined")


class Participant(Base):
    """One browser or paper card in one meeting, with the public name it chose, or none."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("meeting_id", "token"), UniqueConstraint("meeting_id", "code"))
    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    token: Mapped[str | None] = mapped_column(Text)
    """SHA-256 of the cookie; none for a paper card that no browser has taken up."""
    code: Mapped[str] = mapped_column(Text, default=lambda: new_id(CODE_LETTERS))
    """Return code: brings this participant's requests back on another phone."""
    name: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[str] = mapped_column(Text, default=record.new_salt)

    @property
    def actor(self) -> str:
        return f"participant:{self.id}"


class Sent(Base):
    """A form that was taken: its key, and where its sender was sent. The same key again changes nothing."""

    __tablename__ = "sent"
    owner: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    location: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment, default=clock.now)
    entry: Mapped[str] = mapped_column(Text, server_default="")
    """The acknowledgement that was given, to give it again."""


class Refused(Exception):
    """The rules do not allow it now. The message is a msgid; `values` fill it."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def add_account(
    db: Session, name: str, password: str, *, by: str, role: str = "clerk", body_id: str | None = None
) -> Account:
    """Refused when the name is taken or the password has fewer than LEAST_PASSWORD characters."""
    name = name.strip().lower()
    if db.scalar(select(Account).where(Account.name == name)):
        raise Refused(N_("There is already an account with this name."))
    account = Account(id=new_id(), name=name, password=hashed(password))
    account.roles = [Role(name=role, body_id=body_id)]
    db.add(account)
    record.append(db, record.CITY, "account.added", by=by, account=account.id, role=role, body=body_id)
    return account


def set_password(db: Session, name: str, password: str, *, by: str) -> Account:
    """A new password, which also ends every session of the account."""
    account = db.scalar(select(Account).where(Account.name == name.strip().lower()))
    if account is None:
        raise Refused(N_("There is no account with this name."))
    account.password = hashed(password)
    db.execute(delete(SignIn).where(SignIn.account_id == account.id))
    record.append(db, record.CITY, "account.password_set", by=by, account=account.id)
    return account


def hashed(password: str) -> str:
    if len(password) < LEAST_PASSWORD:
        raise Refused(N_("A password needs at least %(count)s characters."), count=LEAST_PASSWORD)
    return _hasher.hash(password)


def known_account(db: Session, name: str) -> Account | None:
    return db.scalar(select(Account).where(Account.name == name.strip().lower()))


def password_fits(account: Account | None, password: str) -> bool:
    """argon2, some 50 ms on purpose: call it outside the writer. Costs the same for an unknown name."""
    try:
        return _hasher.verify(account.password if account else _decoy, password) and account is not None
    except VerificationError:
        return False


def sign_in(db: Session, account_id: str) -> str:
    """Open a session; the token goes into the cookie and nowhere else."""
    token = secrets.token_urlsafe(32)
    until = clock.now() + timedelta(hours=SESSION_HOURS)
    db.add(SignIn(token=token_hash(token), account_id=account_id, until=until))
    end_expired_sessions(db)
    record.append(db, record.CITY, "account.signed_in", by=f"account:{account_id}", account=account_id)
    return token


def end_expired_sessions(db: Session) -> None:
    """For good: also when it is said to be earlier again."""
    db.execute(delete(SignIn).where(SignIn.until <= clock.now()))


def sign_out(db: Session, token: str) -> None:
    session = db.get(SignIn, token_hash(token))
    if session:
        db.delete(session)
        actor = f"account:{session.account_id}"
        record.append(db, record.CITY, "account.signed_out", by=actor, account=session.account_id)


def signed_in(db: Session, token: str | None) -> Account | None:
    session = db.get(SignIn, token_hash(token)) if token else None
    return session.account if session and session.until > clock.now() else None


def participant_of(db: Session, meeting_id: str, token: str | None) -> Participant | None:
    if not token:
        return None
    return db.scalar(
        select(Participant).where(
            Participant.meeting_id == meeting_id, Participant.token == token_hash(token)
        )
    )


def take_part(db: Session, meeting_id: str, token: str | None, *, name: str) -> Participant:
    """The participant behind this browser, made at its first act; a new public name replaces the old one."""
    person = participant_of(db, meeting_id, token)
    if person is None:
        person = Participant(
            id=new_id(), meeting_id=meeting_id, token=token_hash(token) if token else None,
            code=new_id(CODE_LETTERS), name=name, salt=record.new_salt(),
        )  # fmt: skip
        db.add(person)
        db.flush()
    elif name and name != person.name:
        person.name = name
    else:
        return person
    record.append(
        db, meeting_id, "participant.named", by=person.actor,
        participant=person.id, name=record.sealed(person.salt, name) if name else None,
    )  # fmt: skip
    return person


def participant_by_code(db: Session, meeting_id: str, code: str) -> Participant | None:
    wanted = code.strip().lower().replace("-", "").replace(" ", "")
    return db.scalar(
        select(Participant).where(Participant.meeting_id == meeting_id, Participant.code == wanted)
    )


def move_to_browser(db: Session, person: Participant, token: str) -> None:
    """This browser is now the participant; what it was before keeps its return code and loses its browser."""
    before = participant_of(db, person.meeting_id, token)
    if before is person:
        return
    if before:
        before.token = None
        db.flush()
    person.token = token_hash(token)
    record.append(db, person.meeting_id, "participant.returned", by=person.actor, participant=person.id)
