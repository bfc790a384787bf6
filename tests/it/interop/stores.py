"""Writes credential files as the libraries of other programs write them, each from a token.json.

usage: stores.py oauth2client TOKEN_JSON OUT
       stores.py emailproxy TOKEN_JSON OUT
"""

import datetime
import json
import sys


def with_oauth2client(token, out):
    """As lieer up to 1.3 and many scripts do."""
    from oauth2client.client import OAuth2Credentials
    from oauth2client.file import Storage

    end = datetime.datetime.strptime(token["expiry"], "%Y-%m-%dT%H:%M:%S.%fZ")
    kept = OAuth2Credentials(
        token["token"],
        token["client_id"],
        token["client_secret"],
        token["refresh_token"],
        end,
        token["token_uri"],
        "Lieer",
        scopes=token["scopes"],
    )
    Storage(out).put(kept)


def with_emailproxy(token, out):
    """The section of an account, with the tokens encrypted as the proxy does after a sign-in."""
    import emailproxy

    ana = "ana@gmail.com"
    config = emailproxy.ConcurrentConfigParser()
    config.add_section(ana)
    base = token["token_uri"].rsplit("/", 1)[0]
    for name, value in {
        "permission_url": base + "/o/oauth2/v2/auth",
        "token_url": token["token_uri"],
        "oauth2_scope": "https://mail.google.com/",
        "redirect_uri": "http://localhost",
        "client_id": token["client_id"],
        "client_secret": token["client_secret"],
    }.items():
        config.set(ana, name, value)
    sealed = emailproxy.Cryptographer(config, ana, "the mail password")
    config.set(ana, "token_salt", sealed.salt)
    config.set(ana, "token_iterations", str(sealed.iterations))
    config.set(ana, "access_token", sealed.encrypt(token["token"]))
    config.set(ana, "access_token_expiry", "1800000000")
    config.set(ana, "refresh_token", sealed.encrypt(token["refresh_token"]))
    with open(out, "w") as file:
        config.write(file)


def main():
    how, source, out = sys.argv[1:]
    with open(source) as file:
        token = json.load(file)
    {"oauth2client": with_oauth2client, "emailproxy": with_emailproxy}[how](token, out)


main()
