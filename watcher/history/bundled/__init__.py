"""The official inspections of 2014 to 2025 that come with the package, and how their file is built from Ofsted's."""
