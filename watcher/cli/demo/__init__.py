"""A local copy of the inspectors' site, for `watcher demo` and for the tests."""
