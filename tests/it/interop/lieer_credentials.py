"""lieer's own way to its credentials, without Gmail: it must ask nobody, and refresh by itself."""

import sys
from types import SimpleNamespace

sys.path.insert(0, "/usr/share/lieer")

import httplib2
from lieer.remote import Remote

here = SimpleNamespace(credentials_f=".credentials.gmailieer.json")
remote = Remote.__new__(Remote)
remote.gmailieer = SimpleNamespace(local=here, args=None)
credentials = remote.__get_credentials__()
credentials.refresh(httplib2.Http())
print(credentials.access_token)
