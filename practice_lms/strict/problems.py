"""How a strict platform words a refusal (RFC 9457)."""

import json

from flask import Response


class Problem(Exception):
    """A refusal with a text that says what was wrong."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail

    def response(self) -> Response:
        """The refusal as it is sent."""
        body = {"status": self.status, "title": "Refused by the practice LMS", "detail": self.detail}
        answer = Response(json.dumps(body), self.status, content_type="application/problem+json")
        if self.status == 401:
            answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return answer
