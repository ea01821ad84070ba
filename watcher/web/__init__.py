"""What the service shows of itself over HTTP: `/healthz` for machines that restart it, `/metrics` for Prometheus."""
