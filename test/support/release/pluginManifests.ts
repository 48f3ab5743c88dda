/** How package managers and a shell get the plugin: the manifest for Krew, the formula for Homebrew, a script. Pure. */

export interface PluginFacts {
  readonly version: string;
  /** Of the archive. */
  readonly sha256: string;
  /** Of the archive. */
  readonly uri: string;
}

/** krew.sigs.k8s.io, "Writing Krew plugin manifests". */
export function krewManifest({ version, sha256, uri }: PluginFacts): object {
  return {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'sriov' },
    spec: {
      version: `v${version}`,
      shortDescription: 'Show and steer SR-IOV hosts and the VMs on them',
      description: 'Shows what the ESXi SR-IOV operator reports, and sets the annotations that steer it.',
      caveats:
        'Needs Node 22.19 or later on the path. For completion link kubectl_complete-sriov from the same folder onto the path: Krew links one program.',
      platforms: [
        {
          selector: { matchExpressions: [{ key: 'os', operator: 'In', values: ['linux', 'darwin'] }] },
          uri,
          sha256,
          files: [{ from: 'kubectl-sriov/*', to: '.' }],
          bin: 'kubectl-sriov',
        },
      ],
    },
  };
}

/** docs.brew.sh, "Formula Cookbook". Homebrew unpacks the archive and enters the only folder in it. */
export function homebrewFormula({ version, sha256, uri }: PluginFacts): string {
  return `class KubectlSriov < Formula
  desc "Kubectl plugin for SR-IOV on ESXi hosts"
  homepage "${new URL('.', uri).href}"
  url "${uri}"
  version "${version}"
  sha256 "${sha256}"
  license "Apache-2.0"

  depends_on "node"

  def install
    libexec.install Dir["*"]
    bin.install_symlink libexec/"kubectl-sriov", libexec/"kubectl_complete-sriov"
    generate_completions_from_executable(bin/"kubectl-sriov", "completion", shells: [:bash, :zsh, :fish])
  end

  test do
    assert_match "kubectl sriov", shell_output("#{bin}/kubectl-sriov --help")
  end
end
`;
}

/** For POSIX shells. It knows the checksum of the archive, so that nothing else is installed, wherever the archive comes from. */
export function installScript({ version, sha256, uri }: PluginFacts): string {
  return `#!/bin/sh
# Installs kubectl-sriov ${version} below a folder: its files in share, links to its programs in bin, completion files.
set -eu

usage() {
  cat <<'USAGE'
Usage: install-kubectl-sriov.sh [--prefix folder] [--archive file]

  --prefix   installs below this folder; default $HOME/.local
  --archive  takes this archive instead of downloading it; its checksum counts all the same
USAGE
}

fail() {
  printf 'error: %s\\n' "$1" >&2
  exit 1
}

prefix=\${HOME:-}/.local
archive=
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --archive)
      [ $# -ge 2 ] || fail "$1 needs a value"
      if [ "$1" = --prefix ]; then prefix=$2; else archive=$2; fi
      shift 2
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 64
      ;;
  esac
done

command -v node >/dev/null 2>&1 || fail 'the plugin needs Node 22.19 or later on the path, and there is no node'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 19) ? 0 : 1)' ||
  fail "the plugin needs Node 22.19 or later; this is $(node --version)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

if [ -n "$archive" ]; then
  cp "$archive" "$work/archive.tar.gz"
elif command -v curl >/dev/null 2>&1; then
  curl --fail --silent --show-error --location --proto '=https' --output "$work/archive.tar.gz" '${uri}'
elif command -v wget >/dev/null 2>&1; then
  wget --quiet --output-document "$work/archive.tar.gz" '${uri}'
else
  fail 'neither curl nor wget is there; download the archive yourself and name it with --archive'
fi

if command -v sha256sum >/dev/null 2>&1; then
  sum=$(sha256sum <"$work/archive.tar.gz")
elif command -v shasum >/dev/null 2>&1; then
  sum=$(shasum -a 256 <"$work/archive.tar.gz")
else
  fail 'neither sha256sum nor shasum is there: the archive cannot be checked'
fi
[ "\${sum%% *}" = '${sha256}' ] || fail 'the archive is not that of version ${version}: its checksum differs, and nothing was installed'

tar -xzf "$work/archive.tar.gz" -C "$work"
mkdir -p "$prefix/share" "$prefix/bin"
prefix=$(cd "$prefix" && pwd)
rm -rf "$prefix/share/kubectl-sriov"
mv "$work/kubectl-sriov" "$prefix/share/kubectl-sriov"
for program in kubectl-sriov kubectl_complete-sriov; do
  ln -sf "$prefix/share/kubectl-sriov/$program" "$prefix/bin/$program"
done

put() {
  mkdir -p "$prefix/share/$2"
  "$prefix/bin/kubectl-sriov" completion "$1" >"$prefix/share/$2/$3"
}
put bash bash-completion/completions kubectl-sriov
put zsh zsh/site-functions _kubectl-sriov
put fish fish/vendor_completions.d kubectl-sriov.fish

printf 'kubectl-sriov ${version} is in %s\\n' "$prefix/bin"
case ":\${PATH:-}:" in
  *":$prefix/bin:"*) ;;
  *) printf 'put that folder on the path\\n' ;;
esac
`;
}
