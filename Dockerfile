# The release workflow builds the wheel into dist/ and gives the base image by its digest.
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS install
COPY dist/*.whl /dist/
RUN python -m venv --without-pip /opt/snapguard \
    && python -m pip --python /opt/snapguard/bin/python install --no-cache-dir /dist/*.whl

FROM ${PYTHON}
COPY --from=install /opt/snapguard /opt/snapguard
ENV PATH=/opt/snapguard/bin:${PATH} PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
WORKDIR /code
ENTRYPOINT ["snapguard"]
CMD ["check", "."]
