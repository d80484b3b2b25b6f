"""A private network with machines on it: what the demo and the tests stand on.

Everything here lives in network namespaces of its own, so nothing it does can reach the network of
the computer it runs on. Every resource is a context manager: leaving the block, also by Ctrl-C,
ends the processes and removes the namespaces. Standard library only; needs root.
"""
