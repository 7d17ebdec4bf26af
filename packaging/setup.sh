#!/usr/bin/env bash
# Makes the machine ready: a Python, .venv with our packages, the system libraries.
# Called by every make target, so it is quick when nothing changed and then needs no network.
#   packaging/setup.sh          what is not done yet
#   packaging/setup.sh --again  everything once more (make setup)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
again=${1:-}
venv=.venv
# A venv does not survive a move of its folder, hence the path in the stamp.
stamp="$PWD $(cksum < pyproject.toml)"
system_stamp="$(cksum < packaging/system-packages.txt)"

say() { printf '%s\n' "$*" >&2; }

is_good() {  # version, and able to make a venv (Debian splits that off)
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python python3.14; do
    if is_good "$candidate"; then command -v "$candidate"; return; fi
  done
  return 1
}

install_python() {
  local sudo=""
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" != 0 ]; then sudo -n true 2>/dev/null || return 1; sudo="sudo -n"; fi
  say "安装 Python installing Python"
  $sudo apt-get -qq update >&2 || true
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes python3 python3-venv \
    </dev/null >/dev/null
}

make_venv() {
  local python
  if ! python=$(find_python); then
    install_python || true
    python=$(find_python) || {
      say "需要 Python 3.11 或更新版本(含 venv) / Python 3.11 or newer with venv is needed:" \
        "apt-get install python3 python3-venv"
      exit 1
    }
  fi
  say "虚拟环境 virtual environment: $venv ($("$python" --version))"
  "$python" -m venv --clear "$venv"
}

install_packages() {
  say "安装 Python 包 installing the Python packages"
  "$venv/bin/python" -m pip install -qq --disable-pip-version-check \
    --editable '.[server,dev]' </dev/null >&2 || {
    say "Python 包没有装好,网络恢复后重试同一命令即可 /" \
      "the Python packages are not complete; run the same command again when the network is back"
    exit 1
  }
  printf '%s\n' "$stamp" > "$venv/.gulou-packages"
}

# Two make commands at once take turns instead of writing into one another's venv.
mkdir -p build
if command -v flock >/dev/null; then exec 9>build/.setup.lock; flock 9; fi

is_good "$venv/bin/python" || make_venv
if [ "$again" = --again ] || [ "$(cat "$venv/.gulou-system" 2>/dev/null)" != "$system_stamp" ]; then
  "$venv/bin/python" packaging/system_packages.py >&2
  printf '%s\n' "$system_stamp" > "$venv/.gulou-system"
fi
if [ "$again" = --again ] || [ "$(cat "$venv/.gulou-packages" 2>/dev/null)" != "$stamp" ]; then
  install_packages
fi
