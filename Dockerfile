# syntax=docker/dockerfile:1
# The operator as an image. docs/image.md says how to build it, what is in it, and what was measured.
# For builds that can be repeated to the byte give it with its digest: --build-arg NODE_IMAGE=node:26.10.0-bookworm-slim@sha256:...
ARG NODE_IMAGE=node:26.10.0-bookworm-slim
# The same for the platform that builds; another name only where an image is for one platform.
ARG BUILD_IMAGE=${NODE_IMAGE}

# The code is plain JavaScript, so the platform that builds makes it for all.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS bundle
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY operator operator
COPY test/support/release/bundle.ts test/support/release/esbuild.ts test/support/release/
RUN node test/support/release/bundle.ts /bundle

# `docker build --target kubectl-sriov`: the kubectl plugin, for whoever has no Node (docs/kubectl-plugin.md).
FROM bundle AS plugin
COPY crds crds
COPY LICENSE ./
COPY test/support/release/pluginEntries.ts test/support/release/
RUN node test/support/release/pluginEntries.ts /plugin

# Only the files of this one are used, never its programs: it is for the platform that is built for.
FROM ${NODE_IMAGE} AS node

FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS rootfs
COPY test/support/release/rootfs.sh /
RUN --mount=type=bind,from=node,target=/node /rootfs.sh /node /rootfs

FROM scratch AS kubectl-sriov
ARG VERSION=0.2.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="kubectl-sriov" \
      org.opencontainers.image.description="kubectl sriov: SR-IOV on ESXi hosts from the command line." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
COPY --from=rootfs /rootfs /
COPY --from=plugin /plugin /app
ENV NODE_ENV=production PATH=/usr/local/bin
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["node", "/app/kubectl-sriov"]

# The last one is what is built where no target is named: the operator.
FROM scratch
ARG VERSION=0.2.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="esxi-sriov-operator" \
      org.opencontainers.image.description="Brings ESXi hosts with NVIDIA/Mellanox ConnectX adapters, and the VMs on them, to a declared SR-IOV state." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
# Files belong to root and the process is somebody else: it cannot change its own code.
COPY --from=rootfs /rootfs /
COPY --from=bundle /bundle /app
COPY LICENSE /app/
ENV NODE_ENV=production PATH=/usr/local/bin
WORKDIR /app
USER 65532:65532
EXPOSE 8080
# For engines that are no Kubernetes; that one asks /healthz and /readyz itself.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "/app/healthcheck.mjs"]
ENTRYPOINT ["node", "/app/operator.mjs"]
