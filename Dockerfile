# One image for every process of the mesh; the command says which: sextant.gateway.Main, sextant.metrics.Main,
# sextant.segments.Main, sextant.journeys.Main or sextant.dashboard.Main. See docs/operations.md.

FROM docker.io/library/maven:3-eclipse-temurin-25 AS build
# Not root: PostgreSQL, which generates code and trains the start, refuses to run as root.
RUN useradd --create-home build && install -d -o build /home/build /src /opt/sextant
USER build
ENV HOME=/home/build
WORKDIR /src
COPY --chown=build . .
RUN ./sextant build
RUN ops/containers/assemble /opt/sextant

FROM docker.io/library/debian:bookworm-slim
COPY --from=build /opt/sextant /opt/sextant
COPY ops/containers/healthy /opt/sextant/healthy
USER 10001:10001
ENV SEXTANT_LOG=json
EXPOSE 8080 9101 9102 9103 9104 9464
ENTRYPOINT ["/opt/sextant/runtime/bin/java", "@/opt/sextant/options"]
CMD ["sextant.gateway.Main"]
