#!/bin/sh
# Makes the root of the image from that of a Node image on Debian: Node, the libraries that it is linked with, and what names users. No shell,
# no package manager. Usage: rootfs.sh <root of the Node image> <new root>. It runs nothing of the image, which may be for another processor.
set -eu
from=$1
to=$2

umask 022
mkdir -p "$to/app" "$to/etc" "$to/tmp" "$to/usr/local/bin" "$to/usr/lib" "$to/usr/share/doc" "$to/var/lib/dpkg/status.d"
chmod 1777 "$to/tmp"
cp "$from/usr/local/bin/node" "$to/usr/local/bin/node"

# As on Debian: /lib and /lib64 are names for what is below /usr.
ln -s usr/lib "$to/lib"
if [ -e "$from/lib64/ld-linux-x86-64.so.2" ]; then
  triplet=x86_64-linux-gnu
  mkdir "$to/usr/lib64"
  ln -s usr/lib64 "$to/lib64"
  cp -L "$from/lib64/ld-linux-x86-64.so.2" "$to/usr/lib64/"
else
  triplet=aarch64-linux-gnu
  cp -L "$from/lib/ld-linux-aarch64.so.1" "$to/usr/lib/"
fi
mkdir "$to/usr/lib/$triplet"
for library in libc.so.6 libdl.so.2 libm.so.6 libpthread.so.0 libgcc_s.so.1 libstdc++.so.6 libatomic.so.1; do
  # Some images have them in /lib, some in /usr/lib; where one is a link to the other it does not matter.
  file="$from/usr/lib/$triplet/$library"
  [ -e "$file" ] || file="$from/lib/$triplet/$library"
  # Not on every processor is Node linked with this one.
  [ -e "$file" ] || [ "$library" != libatomic.so.1 ] || continue
  cp -L "$file" "$to/usr/lib/$triplet/$library"
done

cp "$from/etc/os-release" "$to/etc/os-release"
printf 'hosts: files dns\n' >"$to/etc/nsswitch.conf"
printf 'root:x:0:0:root:/:/nonexistent\nnonroot:x:65532:65532:nonroot:/tmp:/nonexistent\n' >"$to/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$to/etc/group"

# Scanners read here which packages of the distribution the files come from, as in distroless images.
for package in libatomic1 libc6 libgcc-s1 libstdc++6; do
  awk -v wanted="Package: $package" 'BEGIN { RS = ""; ORS = "\n\n" } index($0, wanted "\n") == 1' "$from/var/lib/dpkg/status" \
    >"$to/var/lib/dpkg/status.d/$package"
  if [ ! -s "$to/var/lib/dpkg/status.d/$package" ]; then
    rm "$to/var/lib/dpkg/status.d/$package"
    [ "$package" = libatomic1 ]
    continue
  fi
  # The libraries of GCC share the terms of one package.
  for named in "$package" gcc-12-base; do
    [ ! -e "$from/usr/share/doc/$named/copyright" ] || install -D -m 644 "$from/usr/share/doc/$named/copyright" "$to/usr/share/doc/$named/copyright"
  done
done
find "$to" -type f -exec chmod a-w {} +
