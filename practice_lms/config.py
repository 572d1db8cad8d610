"""Where the practice LMS is, which tool it knows, and where it keeps its file."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Config:
    """One LMS with one registered tool.  Addresses have no trailing slash."""

    base_url: str
    """The issuer, and the start of every address of the LMS."""
    tool_url: str
    data: Path
    """A folder; made if it is missing."""
    client_id: str = "sprig-practice"
    deployment_id: str = "1"
    character: str = ""
    """The character that it starts with; empty is the one that it had, or strict."""

    @property
    def login_url(self) -> str:
        """Where a launch begins at the tool."""
        return f"{self.tool_url}/lti/login"

    @property
    def launch_url(self) -> str:
        """The only registered redirect address."""
        return f"{self.tool_url}/lti/launch"

    @property
    def jwks_url(self) -> str:
        """The tool's public keys."""
        return f"{self.tool_url}/lti/jwks"

    @property
    def jump_url(self) -> str:
        """Where the tool's study day is jumped; only a demo has it."""
        return f"{self.tool_url}/demo/jump"

    @property
    def token_url(self) -> str:
        """The audience that a client assertion must name."""
        return f"{self.base_url}/token"

    def target(self, content_id: str) -> str:
        """The target link address of a piece of the tool's content."""
        return f"{self.launch_url}?c={content_id}"
