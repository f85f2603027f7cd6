"""What a security reviewer reads about an assembly: one page, one table, one list of results for other programs.

It reads `cdk.out` alone: no construct, no account, no network.
"""
