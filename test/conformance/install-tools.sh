#!/usr/bin/env bash
# Installs the real tools of the conformance suite at pinned versions, each into a folder of a user cache named after its version, and prints the
# PATH to run them with. A tool that is there already costs nothing; one that cannot be had ends the script: a missing tool is a failure, never a skip.
#
#   npm run conformance
set -euo pipefail

tools=${REGCRED_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/regcred/tools}
path=$PATH

# go_tool NAME VERSION PACKAGE...: builds the packages with the Go module proxy, once per version. A build that is cut short leaves no folder behind.
go_tool() {
  local name=$1 version=$2
  shift 2
  local folder=$tools/$name-$version
  if [ ! -d "$folder" ]; then
    local building
    mkdir -p "$tools"
    building=$(mktemp -d "$tools/.building-XXXXXX")
    echo "building $name $version" >&2
    for package in "$@"; do
      # Go's own modules are older than the toolchain at hand, so none has to be downloaded (GOTOOLCHAIN=local says so).
      GOTOOLCHAIN=local GOFLAGS=-modcacherw GOBIN=$building go install "$package@$version" >&2
    done
    mv "$building" "$folder"
  fi
  path=$folder:$path
}

# old_node VERSION: the oldest Node that regcred runs on, as the command `node20`, so that it never stands before the project's own `node`.
old_node() {
  local version=$1
  local folder=$tools/node-$version
  if [ ! -d "$folder" ]; then
    local building
    mkdir -p "$tools"
    building=$(mktemp -d "$tools/.building-XXXXXX")
    echo "installing node $version" >&2
    # The package fetches the binary in its install script, which npm 11 runs only where `allowScripts` says so.
    echo '{ "private": true, "allowScripts": { "node": true } }' >"$building/package.json"
    npm install --prefix "$building" --no-audit --no-fund --loglevel error "node@$version" >&2
    mkdir "$building/bin"
    ln -s ../node_modules/node/bin/node "$building/bin/node20"
    mv "$building" "$folder"
  fi
  path=$folder/bin:$path
}

# python_tool NAME VERSION: installs the package into a virtual environment of its own, of which only the command is put on the PATH.
python_tool() {
  local name=$1 version=$2
  local folder=$tools/$name-$version
  if [ ! -d "$folder/command" ]; then
    echo "installing $name $version" >&2
    python3 -c 'import ensurepip' 2>/dev/null || install_package python3-venv
    rm -rf "$folder" # an environment cannot be moved, so that one that was cut short is made anew
    mkdir -p "$tools"
    python3 -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$name==$version" >&2
    mkdir "$folder/command"
    ln -s "../bin/$name" "$folder/command/$name"
  fi
  path=$folder/command:$path
}

# debian_tool COMMAND PACKAGE: installs the package when the command is missing.
debian_tool() {
  command -v "$1" >/dev/null || install_package "$2"
}

install_package() {
  local package=$1
  echo "installing $package" >&2
  if [ "$(id -u)" != 0 ]; then
    echo "install-tools: $package is missing: run 'apt-get install $package' as root" >&2
    exit 1
  fi
  if ! apt-get install -y -qq "$package" >&2; then
    apt-get update -qq >&2 && apt-get install -y -qq "$package" >&2
  fi
}

go_tool sops v3.13.3 github.com/getsops/sops/v3/cmd/sops
go_tool age v1.3.2 filippo.io/age/cmd/age filippo.io/age/cmd/age-keygen
go_tool crane v0.22.1 github.com/google/go-containerregistry/cmd/crane
go_tool kustomize v5.8.1 sigs.k8s.io/kustomize/kustomize/v5
go_tool act v0.2.89 github.com/nektos/act
go_tool actionlint v1.7.12 github.com/rhysd/actionlint/cmd/actionlint
go_tool regctl v0.11.7 github.com/regclient/regclient/cmd/regctl
go_tool helm v3.22.0 helm.sh/helm/v3/cmd/helm
python_tool zizmor 1.32.0
old_node 20.20.2
debian_tool docker-registry docker-registry
debian_tool htpasswd apache2-utils
debian_tool skopeo skopeo

echo "$path"
