"""Python's own mail libraries, given the string that `gatepost token` printed."""

import imaplib
import poplib
import smtplib
import ssl
import sys
from base64 import b64decode

ca_file, imap, smtp, pop, mechanism, answer = sys.argv[1:]
tls = ssl.create_default_context(cafile=ca_file)


def place(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


with imaplib.IMAP4_SSL(*place(imap), ssl_context=tls) as box:
    # The library encodes what it is given.
    box.authenticate(mechanism, lambda challenge: b64decode(answer))
    status, found = box.list()
    print("imap", found[0].split()[-1].decode())

with smtplib.SMTP_SSL(*place(smtp), context=tls) as server:
    server.ehlo()
    code, words = server.docmd("AUTH", f"{mechanism} {answer}")
    print("smtp", code)

# It knows no AUTH, but sends what it is told to.
box = poplib.POP3_SSL(*place(pop), context=tls)
box._shortcmd(f"AUTH {mechanism} {answer}")
print("pop", box.stat()[0], "message")
box.quit()
