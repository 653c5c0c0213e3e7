"""The SPARQL endpoint: queries of strangers, checked first, then run where they can be killed.

request.py   what a request asks; protocol.py and graph_store.py what it wants of the two protocols: a plan.py
guard.py     what is refused before it runs, found by lexer.py; glance.py passes most without; diagnosis.py explains
workers.py   the processes that run the rest: each a worker.py in a sandbox.py, asked through a channel.py
answer.py    what they send: triples.py and jsonld.py write it, rows.py tells where it may be cut
service.py   all together on an event loop: plans, looks up, runs, sends; relay.py holds what waits for a slow client
evaluate.py  one query without a server around it
"""
