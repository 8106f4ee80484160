#!/bin/sh
# Runs after the packages of an image are configured; $1 is its root folder.
# RIG_PACKAGES is the file that gets the list of what was installed.
set -eu
root=$1
lib=$root/usr/lib/x86_64-linux-gnu

dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Package} ${Version}\n' | LC_ALL=C sort > "$RIG_PACKAGES"

# More than half of the image would be the just-in-time compiler. Without its
# provider PostgreSQL plans as if jit were off.
rm -rf "$root"/usr/lib/postgresql/*/lib/bitcode "$root"/usr/lib/postgresql/*/lib/llvmjit*.so
rm -f "$lib"/libLLVM*.so* "$lib"/libz3.so*

# Needed to build locales and to configure packages, both of which is done.
rm -rf "$root"/usr/share/i18n/charmaps "$root"/usr/share/i18n/locales
rm -rf "$lib"/perl "$lib"/libperl.so* "$root"/usr/share/perl

# A cluster's files all come from the instance manager. Not var/run: that is a link
# to /run, which from out here is the machine's own.
rm -rf "$root"/var/lib/postgresql/* "$root"/var/log/postgresql "$root"/var/cache/* "$root"/var/log/*.log
mkdir -p "$root"/run/postgresql
chown 26:26 "$root"/var/lib/postgresql "$root"/run/postgresql
