#!/bin/sh
# Build and try the image on a Debian machine that has no container engine. Needs root, buildah and debootstrap:
#
#   apt-get install buildah debootstrap
#   docker/without_engine.sh build             the image of docker/Dockerfile, as localhost/rollmech
#   docker/without_engine.sh check [FOLDER]    demo, verify --quick and a run on two ranks inside it, as uid 1000 with a
#                                              read-only root; results go to FOLDER (default runs/image)
#   docker/without_engine.sh save FILE         the image as a docker-archive
#
# The base debian:trixie-slim is made here by debootstrap from the mirror that this machine's apt names. The machine's
# certificates and pip settings are lent to the build, not left in the image.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
work=${WORK:-${XDG_CACHE_HOME:-$HOME/.cache}/rollmech-image}
image=localhost/rollmech
mkdir -p "$work"

buildah() { command buildah --storage-driver vfs --root "$work/storage" --runroot "$work/run" "$@"; }

base() {
    if buildah inspect --type image debian:trixie-slim >/dev/null 2>&1; then return; fi
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | sort -u | head -n 1)
    rm -rf "$work/base"
    debootstrap --variant=minbase --include=ca-certificates trixie "$work/base" "$mirror" >"$work/debootstrap.log"
    rm -rf "$work"/base/var/cache/apt/archives/*.deb "$work"/base/var/lib/apt/lists/*
    tar -C "$work/base" --exclude=./dev --exclude=./proc --exclude=./sys -cf "$work/base.tar" .
    printf 'FROM scratch\nADD base.tar /\n' >"$work/Basefile"
    buildah bud --isolation chroot -t debian:trixie-slim -f "$work/Basefile" "$work"
    rm -rf "$work/base" "$work/base.tar"
}

build() {
    base
    # This machine's way to its package index: certificates, and an index of pip's configuration if it names one.
    {
        printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n'
        index=$(python3 -m pip config get global.index-url 2>/dev/null) && printf 'index-url = %s\n' "$index"
    } >"$work/pip.conf" || true
    buildah bud --format docker --isolation chroot --pull-never -t "$image" -f "$root/docker/Dockerfile" \
        -v /etc/ssl/certs:/etc/ssl/certs:ro -v "$work/pip.conf:/etc/pip.conf:ro" "$root"
    inside 'echo "image: $(du -sxm / 2>/dev/null | cut -f1) MiB unpacked, $(pip list 2>/dev/null | wc -l) packages"'
}

# Run a shell command in the image as uid 1000: read-only root, /tmp and /cache in memory, $folder as /rollmech/runs.
inside() {
    container=$(buildah from --pull-never "$image")
    mounted=$(buildah mount "$container")
    status=0
    unshare --mount sh -eu -c '
        mount --bind -o ro "$1" "$1"
        mount -o remount,ro,bind "$1"
        mount -t tmpfs -o mode=1777 tmp "$1/tmp"
        mount -t tmpfs -o mode=1777 cache "$1/cache"
        mount --bind "$2" "$1/rollmech/runs"
        mount --rbind /dev "$1/dev"
        mount -t tmpfs -o mode=1777,size=1g shm "$1/dev/shm"  # of its own, as in any container: MPI leaves files there
        mount -t proc proc "$1/proc"
        mount -t sysfs -o ro sys "$1/sys"
        exec chroot --userspec=1000:1000 "$1" /usr/bin/env -i HOME=/tmp LANG=C.UTF-8 \
            PATH=/opt/rollmech/bin:/usr/bin:/bin XDG_CACHE_HOME=/cache MPLCONFIGDIR=/cache/matplotlib MPLBACKEND=Agg \
            VTK_DEFAULT_OPENGL_WINDOW=vtkEGLRenderWindow sh -euc "cd /rollmech; $3"
    ' sh "$mounted" "$folder" "$1" || status=$?
    buildah umount "$container" >/dev/null
    buildah rm "$container" >/dev/null
    return $status
}

check() {
    inside 'id -u; touch /rollmech/x 2>/dev/null && { echo "the root can be written"; exit 1; }
        rollmech doctor
        rollmech run cases/etch_pit.toml
        mpiexec -n 2 python -m rollmech run cases/handbook_crack.toml
        rollmech verify --quick | tail -n 20'
}

folder=${2:-$root/runs/image}
case ${1:-} in
    build) folder=$work/none; mkdir -p "$folder"; build ;;
    check) mkdir -p "$folder"; chmod 1777 "$folder"; check ;;
    save) buildah push "$image" "docker-archive:${2:?a file is needed}" ;;
    *) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
