"""Who sends people to us: tenants, platforms, deployments, and keys on both sides."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.models.base import Base


class Tenant(Base):
    """An institution that answers for its learners' data."""

    __tablename__ = "tenant"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Platform(Base):
    """A registration: one LMS (issuer) that knows us by one client id."""

    __tablename__ = "platform"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(255))
    auth_url: Mapped[str] = mapped_column(String(1000))
    token_url: Mapped[str] = mapped_column(String(1000))
    jwks_url: Mapped[str] = mapped_column(String(1000))
    token_audience: Mapped[str | None] = mapped_column(String(1000))
    family: Mapped[str] = mapped_column(String(30), default="other")
    is_enabled: Mapped[bool] = mapped_column(default=True)
    lists_deployments: Mapped[bool] = mapped_column(default=False)
    """Only deployments added by hand or by registration are let in."""
    admits_unbound_learners: Mapped[bool] = mapped_column(default=False)
    """The logged relaxation: learners whose browser keeps no cookie at all may enter."""
    admits_anonymous: Mapped[bool] = mapped_column(default=False, server_default=false())
    """People whom the platform does not name at all (no `sub`) may look, and nothing of theirs is kept."""
    admits_mentors: Mapped[bool] = mapped_column(default=False, server_default=false())
    asks_for: Mapped[str] = mapped_column(String(10), default="name", server_default="name")
    """What of people is kept, whatever the platform sends: nothing, name, or mail (and name)."""
    frame_ancestors: Mapped[str] = mapped_column(String(2000), default="")
    pinned_kid: Mapped[str | None] = mapped_column(ForeignKey("tool_key.kid"))
    """The key of ours that was pasted into the platform; it signs there, whatever is rotated."""
    product: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """What the platform calls itself and its version."""
    created_at: Mapped[datetime]


class Deployment(Base):
    """One installation of the tool in a platform; it belongs to one institution, the platform may serve many."""

    __tablename__ = "deployment"
    __table_args__ = (UniqueConstraint("platform_id", "lms_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    lms_id: Mapped[str] = mapped_column(String(255))
    is_held: Mapped[bool] = mapped_column(default=False)
    notices_url: Mapped[str | None] = mapped_column(String(2000))
    """Where the platform takes the address to which it tells of copied courses (PNS), as the last launch said."""
    notices_asked_at: Mapped[datetime | None]
    """When it took ours."""
    created_at: Mapped[datetime]


class PlatformKeySet(Base):
    """The platform's public keys as last fetched, so that a new process need not ask again."""

    __tablename__ = "platform_key_set"
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    jwks: Mapped[dict[str, Any]]
    fetched_at: Mapped[datetime]


class ToolKey(Base):
    """One of our signing keys.  The private half is encrypted."""

    __tablename__ = "tool_key"
    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    private_encrypted: Mapped[str] = mapped_column(String(4000))
    public_jwk: Mapped[dict[str, Any]]
    signs_from: Mapped[datetime]
    """Published before it signs, so that platforms have fetched it."""
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ServiceToken(Base):
    """An access token of a platform, for one deployment and one set of scopes."""

    __tablename__ = "service_token"
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    deployment: Mapped[str] = mapped_column(String(255), primary_key=True)
    """The platform's id of it: institutions that share a platform share no token."""
    scopes: Mapped[str] = mapped_column(Text, primary_key=True)
    token: Mapped[str] = mapped_column(Text)
    """Encrypted; some platforms' tokens are long."""
    expires_at: Mapped[datetime]


class Lease(Base):
    """Somebody is doing this; nobody else need.  Never held by an open transaction."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]


class JobRun(Base):
    """A run of the timetable, claimed once whatever the number of workers."""

    __tablename__ = "job_run"
    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    planned_at: Mapped[datetime] = mapped_column(primary_key=True)


class LaunchState(Base):
    """A login under way: what the platform's answer must match, and whether it was used."""

    __tablename__ = "launch_state"
    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce_hash: Mapped[str] = mapped_column(String(64))
    browser_hash: Mapped[str] = mapped_column(String(64))
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    target_link_uri: Mapped[str] = mapped_column(String(2000))
    storage_target: Mapped[str | None] = mapped_column(String(100))
    """The frame in which the platform keeps the browser's secret for us, where no cookie does."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    consumed_at: Mapped[datetime | None]


class LoginCount(Base):
    """Logins and refusals from one network address in one minute (the address is hashed)."""

    __tablename__ = "login_count"
    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
