"""Google's own libraries, unchanged, against a sandbox.

google_auth.py SANDBOX quickstart CREDENTIALS TOKEN   sign in as Google's quickstart does
google_auth.py SANDBOX load TOKEN                     a token.json, loaded and refreshed
google_auth.py SANDBOX default                        the same for application default credentials
google_auth.py SANDBOX tool CREDENTIALS TOKEN         sign in with google-oauthlib-tool, which saves
google_auth.py SANDBOX gam CREDENTIALS TOKEN          sign in, and let GAM write its oauth2.txt

The first three print one JSON object: what the library says of its credentials, and whose they are.
"""

import functools
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


def tool(client, target):
    from google_auth_oauthlib.tool.__main__ import main as google_oauthlib_tool

    webbrowser.register("person", None, Person(), preferred=True)
    # Its port is 8080, which may be somebody else's.
    InstalledAppFlow.run_local_server = functools.partialmethod(
        InstalledAppFlow.run_local_server, port=0, timeout_seconds=60
    )
    scopes = [argument for scope in SCOPES for argument in ("--scope", scope)]
    google_oauthlib_tool(["--client-secrets", client, *scopes, "--save", "--credentials", target])


def of_gam(client, target):
    import gam
    from google.oauth2 import id_token

    def verified(token, request, **limits):
        keys = f"{SANDBOX}/oauth2/v1/certs"
        claims = id_token.verify_token(token, request, certs_url=keys, **limits)
        assert claims["iss"] == SANDBOX
        # GAM takes no other.
        return claims | {"iss": "https://accounts.google.com"}

    _, credentials = quickstart(client, target)
    id_token.verify_oauth2_token = verified
    gam.transportCreateRequest = line
    # GAM reads it from its configuration, of which there is none.
    gam.GC.Values[gam.GC.CLOCK_SKEW_IN_SECONDS] = 10
    gam.writeClientCredentials(credentials, target)


def refreshed(credentials):
    facts = {"before": credentials.token, "valid_before": credentials.valid}
    credentials.refresh(line())
    return facts, credentials


def main(what, *files):
    if what in ("tool", "gam"):
        return {"tool": tool, "gam": of_gam}[what](*files)
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
