"""A school and its gradebooks."""

import pytest

from lti_tool.models.engine import Database
from tests.services.grades.gradebook import Gradebook
from tests.services.grades.school import School


@pytest.fixture
def school(database: Database) -> School:
    """A course of two lessons, published."""
    made = School(database)
    made.publish("one", "two")
    return made


@pytest.fixture
def gradebook() -> Gradebook:
    """The gradebooks of all LMSs, empty."""
    return Gradebook()
