"""The tables.  SQLAlchemy 2 typed models that know no Flask."""

from lti_tool.models.administration import AdminLink, AdminSession, Invite, PlatformCheck
from lti_tool.models.base import Base
from lti_tool.models.course import Course, CourseDraft, CourseVersion, Item, ItemVersion
from lti_tool.models.game import ClearSpan, DemoClock, PointEntry, PracticeDay
from lti_tool.models.outbox import GradeAttempt, GradeChoice, GradeOwed, PlatformPace, PlatformPause
from lti_tool.models.person import (
    Enrolment,
    Learner,
    Member,
    MentorAgreement,
    MentorLook,
    Pause,
    RhythmGoal,
    Visit,
)
from lti_tool.models.place import Allowance, Context, GradeTerms, LineItem, ResourceLink
from lti_tool.models.platform import (
    Deployment,
    JobRun,
    LaunchState,
    Lease,
    LoginCount,
    Platform,
    PlatformKeySet,
    ServiceToken,
    Tenant,
    ToolKey,
)
from lti_tool.models.practice import LessonProgress, Memory, Review, Sitting, SittingStep, StepDone

__all__ = [
    "AdminLink", "AdminSession", "Allowance", "Base", "ClearSpan", "Context", "Course", "CourseDraft",
    "CourseVersion", "DemoClock", "Deployment", "Enrolment", "GradeAttempt", "GradeChoice", "GradeOwed", "GradeTerms",
    "Invite", "Item", "ItemVersion", "JobRun", "LaunchState", "Learner", "Lease", "LessonProgress", "LineItem",
    "LoginCount", "Member", "Memory", "MentorAgreement", "MentorLook", "Pause", "Platform", "PlatformCheck",
    "PlatformKeySet", "PlatformPace", "PlatformPause", "PointEntry", "PracticeDay", "ResourceLink", "Review",
    "RhythmGoal", "ServiceToken", "Sitting", "SittingStep", "StepDone", "Tenant", "ToolKey", "Visit",
]  # fmt: skip
