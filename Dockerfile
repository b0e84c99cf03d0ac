# Twinstorm in a container: scenarios come in by a volume, reports go out by it.
#
#   docker build --tag twinstorm .
#   docker run --rm --volume "$PWD:/work" twinstorm run scenarios --out out
#
# With --build-arg MOSQUITTO=yes there is a Mosquitto inside, for --target process:mosquitto. What is
# run here without Docker is in tools/try-dockerfile.ts: every COPY and RUN, in plain folders.

FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY tools/node-runtime ./tools/node-runtime
RUN npm ci --no-audit --no-fund
COPY . .
RUN mkdir -p packed && npm pack --pack-destination packed

FROM node:24-slim
ARG MOSQUITTO=no
RUN if [ "$MOSQUITTO" = yes ]; then apt-get update && apt-get install --yes --no-install-recommends mosquitto && rm -rf /var/lib/apt/lists/*; fi
WORKDIR /opt/twinstorm
COPY --from=build /src/packed/ ./
RUN npm install --no-audit --no-fund ./twinstorm-*.tgz && rm twinstorm-*.tgz
ENV PATH=/opt/twinstorm/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
USER node
WORKDIR /work
ENTRYPOINT ["twinstorm"]
CMD ["--help"]
