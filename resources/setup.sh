#!/usr/bin/env bash
# Sets Seedbed up on a fresh Debian or Ubuntu: the system libraries that Qt needs, .venv, and Seedbed with one extra.
#   bash resources/setup.sh demo     to use it, with the photos of the demo
#   bash resources/setup.sh test     to run the tests as well
set -euo pipefail
cd "$(dirname "$0")/.."
extra=${1:?"Say what for: bash resources/setup.sh demo, or bash resources/setup.sh test"}

system_packages=(
    python3-venv
    libegl1 libgl1 libopengl0 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0 # Qt
    libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-randr0 libxcb-render-util0 # a window on X11
    libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0
    fonts-dejavu-core fonts-wqy-microhei # English and Chinese text
)

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Seedbed needs Python 3.11 or newer. Install it, or name it: PYTHON=/path/to/python bash resources/setup.sh $extra" >&2
    return 1
}

# The packages that are not installed, under their own name or as what another package provides.
missing_packages() {
    local present
    present=$(dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' | sed -n 's/^installed //p' | tr -s ' ,' '\n')
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        present+=$'\npython3-venv'
    fi
    printf '%s\n' "${system_packages[@]}" | grep -vxF "$present" || true
}

install_system_packages() {
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        local answer=n
        if [ -t 0 ] && command -v sudo >/dev/null; then
            printf 'Seedbed needs these system packages:\n  %s\n' "$*"
            read -rp 'Install them now? sudo may ask for your password. [y/N] ' answer
        fi
        if [[ $answer != [yY]* ]]; then
            printf 'Please have these system packages installed, then start again:\n  sudo apt-get install %s\n' "$*" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

python=$(find_python)
if command -v dpkg-query >/dev/null; then
    read -ra missing <<<"$(missing_packages | tr '\n' ' ')"
    if [ "${#missing[@]}" -gt 0 ]; then
        install_system_packages "${missing[@]}"
    fi
else
    echo "This is not Debian or Ubuntu: if the window does not open, install the libraries listed in resources/setup.sh." >&2
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[$extra]"
