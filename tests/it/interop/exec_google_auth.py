"""What Google's library for Python finds where it runs: nothing here knows of gatepost."""

import json

import google.auth
from google.auth.transport.requests import Request

credentials, _ = google.auth.default(scopes=["https://mail.google.com/", "openid"])
credentials.refresh(Request())
print(
    json.dumps(
        {
            "kind": type(credentials).__module__,
            "email": credentials.service_account_email,
            "token": credentials.token,
            "refresh_token": getattr(credentials, "refresh_token", None),
        }
    )
)
