# The build stage has the tools; the image that runs has Python, the locked packages and watcher.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/watcher \
 && /opt/watcher/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock \
 && python -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY watcher watcher
RUN /opt/build/bin/pip wheel --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/watcher/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps /wheels/*.whl \
 && /opt/watcher/bin/pip uninstall --yes --disable-pip-version-check pip

FROM python:3.13-slim
COPY --from=build /opt/watcher /opt/watcher
ENV PATH=/opt/watcher/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# The only place that is written to: watcher.toml is looked for here, and the history lies in its data folder.
RUN mkdir /data && chown 10001:10001 /data
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8080
# Red when the pipeline's own heartbeat is stale, though the process may live.
HEALTHCHECK --interval=60s --timeout=10s --start-period=30s --retries=3 CMD ["watcher", "status", "--running"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["watcher"]
CMD ["run"]
