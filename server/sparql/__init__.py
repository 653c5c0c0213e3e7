"""The SPARQL endpoint: queries of strangers, checked first, then run where they can be killed.

guard.py     what is refused before it runs, found by lexer.py
workers.py   the processes that run the rest, each a sandboxed worker.py
evaluate.py  both together: a query in, an answer in a chosen format out
protocol.py  the SPARQL 1.1 Protocol; blueprint.py puts it into the web application
"""
