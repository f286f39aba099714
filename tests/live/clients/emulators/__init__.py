"""Clients in the cloud and on desks, emulated as far as they look for a login and go through it.

Each is a row of ``habits.py`` over one engine: ``discovery.py`` probes in the order the client is
documented or was seen to, ``client.py`` registers, authorizes, trades, refreshes and calls,
``person.py`` is the browser in between.

What they show on Home Assistant's own origin, against nothing but its own documents
(``tests/live/oauth/test_core_documents.py``):

- Who asks the server first and gets an answer looks for no login. That is every client on a desk.
- claude.ai and ChatGPT may look first. Where Home Assistant knows the name it is asked under they
  find its own login at the root, and end with a token of Home Assistant that has no scope and is
  good for everything its person may do. Where it does not know the name, its document has no issuer
  and no whole addresses, and the connection ends there. It does not know the name either when a
  proxy ends https without saying who asks (X-Forwarded-For), whatever is set as external address.
- So the documents have to be found before those at the root, even where no login is wanted: below
  ``/.well-known/`` with the path of the webhook, made for the name that was asked for.
- A strict client ends at the document of the root, which is about another resource. It never gets
  there when the challenge of a 401 names the right one.
- Home Assistant's own client fetches the named document and the one at the root at once and takes
  whichever comes first: on an origin of Home Assistant that is luck. A challenge without an address
  leads it to the authorization server's document below the webhook's own path, and nowhere else.
- It knows no challenge (PKCE) either, so a client with a secret has to be let in without one.

With the documents of the authorization server beside those of Home Assistant every client gets
through, asked (``test_clients.py``) or not (``test_silence.py``), under names that Home Assistant
knows and under others; ``test_direct.py`` is the same without Home Assistant in between, and
``test_core_client.py`` checks the row about Home Assistant against the real one.
"""
