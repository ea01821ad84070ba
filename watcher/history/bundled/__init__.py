"""The official inspections of 2014 to 2025 that come with the package, and how their file is built from Ofsted's.

The same files give the same bytes. Contains public sector information licensed under the Open Government Licence v3.0.
"""
