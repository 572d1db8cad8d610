"""How an institution is set up: invites to register, and administrators at their pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.models.base import Base


class Invite(Base):
    """A one-time address by which an LMS may register itself (LTI Dynamic Registration)."""

    __tablename__ = "invite"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    family: Mapped[str] = mapped_column(String(30))
    asks_for: Mapped[str] = mapped_column(String(10))
    """Becomes the registration's."""
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))
    """What was registered by it."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AdminLink(Base):
    """A one-time address that signs an administrator in."""

    __tablename__ = "admin_link"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AdminSession(Base):
    """An administrator's browser, until it ends."""

    __tablename__ = "admin_session"
    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class PlatformCheck(Base):
    """What was found when somebody last asked whether a platform works; the worker looks."""

    __tablename__ = "platform_check"
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    asked_at: Mapped[datetime | None]
    """Somebody waits since then; none once it is done."""
    checked_at: Mapped[datetime | None]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
