"""Google's own libraries, unchanged, against a sandbox.

google_auth.py SANDBOX quickstart CREDENTIALS TOKEN   sign in as Google's quickstart does
google_auth.py SANDBOX load TOKEN                     a token.json, loaded and refreshed
google_auth.py SANDBOX default                        the same for application default credentials

Prints one JSON object: what the library says of its credentials, and whose they are.
"""

import json
import sys
import threading
import webbrowser
from html.parser import HTMLParser

import google.auth
import requests
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import InstalledAppFlow

SCOPES = [
    "https://mail.google.com/",
    "https://www.googleapis.com/auth/userinfo.email",
    "openid",
]
GOOGLE = "https://oauth2.googleapis.com"
SANDBOX = sys.argv[1]


class InPlaceOfGoogle(requests.adapters.HTTPAdapter):
    """The libraries always ask Google itself; this is the line to it."""

    def send(self, request, **options):
        request.url = request.url.replace(GOOGLE, SANDBOX, 1)
        return super().send(request, **options)


def line():
    session = requests.Session()
    session.mount(GOOGLE, InPlaceOfGoogle())
    return Request(session)


class Forms(HTMLParser):
    """The forms of a page: where each goes, its hidden fields, its boxes and its buttons."""

    def __init__(self, page):
        super().__init__()
        self.forms = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        pair = (attributes.get("name"), attributes.get("value"))
        if tag == "form":
            self.forms.append({"action": attributes["action"], "fields": [], "buttons": {}})
        elif tag == "input" and attributes.get("type") in ("hidden", "checkbox"):
            self.forms[-1]["fields"].append(pair)
        elif tag == "button":
            self.forms[-1]["buttons"][attributes["id"]] = pair


class Person(webbrowser.BaseBrowser):
    """Signs in with the first account, goes past the warning, ticks every box, allows."""

    def open(self, url, new=0, autoraise=True):
        threading.Thread(target=self.walk, args=(url,), daemon=True).start()
        return True

    def walk(self, url):
        web = requests.Session()
        page = web.get(url)
        for button in ("account-0", "continue-unverified", "allow"):
            form = next(f for f in Forms(page.text).forms if button in f["buttons"])
            fields = form["fields"] + [form["buttons"][button]]
            target = requests.compat.urljoin(page.url, form["action"])
            page = web.post(target, data=fields, headers={"Origin": SANDBOX})


def quickstart(client, target):
    webbrowser.register("person", None, Person())
    flow = InstalledAppFlow.from_client_secrets_file(client, SCOPES)
    credentials = flow.run_local_server(port=0, browser="person", timeout_seconds=60)
    with open(target, "w") as token:
        token.write(credentials.to_json())
    return {"before": credentials.token}, credentials


def refreshed(credentials):
    facts = {"before": credentials.token, "valid_before": credentials.valid}
    credentials.refresh(line())
    return facts, credentials


def main(what, *files):
    if what == "quickstart":
        facts, credentials = quickstart(*files)
    elif what == "load":
        facts, credentials = refreshed(Credentials.from_authorized_user_file(*files))
    else:
        facts, credentials = refreshed(google.auth.default(scopes=SCOPES)[0])
    whose = AuthorizedSession(credentials).get(f"{SANDBOX}/v1/userinfo")
    facts.update(
        token=credentials.token,
        valid=credentials.valid,
        email=whose.json()["email"],
        kept=credentials.to_json(),
    )
    print(json.dumps(facts))


main(*sys.argv[2:])
