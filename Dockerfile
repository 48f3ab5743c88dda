# syntax=docker/dockerfile:1
# The operator as an image. docs/image.md says how to build it, what is in it, and what was measured.
ARG NODE_IMAGE=node:26.10.0-bookworm-slim

# The packages are plain JavaScript (their optional native parts are left out), so one platform builds them for all.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && find node_modules -type f \( -name "*.d.ts" -o -name "*.d.cts" -o -name "*.d.mts" -o -name "*.map" \) -delete

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="esxi-sriov-operator" \
      org.opencontainers.image.description="Brings ESXi hosts with NVIDIA/Mellanox ConnectX adapters, and the VMs on them, to a declared SR-IOV state." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
# Files belong to root and the process is somebody else: it cannot change its own code.
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY operator ./operator
USER 65532:65532
EXPOSE 8080
# Kubernetes asks /healthz and /readyz itself.
HEALTHCHECK NONE
ENTRYPOINT ["node", "operator/main.ts"]
