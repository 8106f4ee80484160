#!/bin/sh
# Runs before the packages of an image are configured; $1 is its root folder.
set -eu
root=$1

# The package would create the user with a number of its own choice. An image's user is 26,
# a number that Debian gives to the group of tape drives.
sed -i '/^tape:/d' "$root/etc/group"
echo 'postgres:x:26:' >> "$root/etc/group"
echo 'postgres:x:26:26:PostgreSQL:/var/lib/postgresql:/bin/bash' >> "$root/etc/passwd"

# Clusters are made by the instance manager, never by the package.
mkdir -p "$root/etc/postgresql-common"
echo 'create_main_cluster = false' > "$root/etc/postgresql-common/createcluster.conf"

echo 'en_US.UTF-8 UTF-8' > "$root/etc/locale.gen"
