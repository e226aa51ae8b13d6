#!/bin/sh
# Makes the certificates of tls.sh anew, with openssl. One key serves for all of them: it proves
# nothing to anybody but tests, and is no secret.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
always='-startdate 20200101000000Z -enddate 21200101000000Z'

openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl ecparam -name prime256v1 -genkey -noout -out "$work/ca.key"
touch "$work/index"
cat >"$work/conf" <<CONF
[ca]
default_ca = tests
[tests]
database = $work/index
new_certs_dir = $work
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
[here]
subjectAltName = IP:127.0.0.1, DNS:localhost
[client]
extendedKeyUsage = clientAuth
[elsewhere]
subjectAltName = DNS:elsewhere.test
CONF

make() { # name, key, extensions, dates and signer...
	name=$1 key=$2 extensions=$3
	shift 3
	openssl req -new -key "$key" -subj "/CN=leasetop test: $name" -out "$work/$name.csr"
	openssl ca -config "$work/conf" -batch -notext -extensions "$extensions" \
		-in "$work/$name.csr" -out "$name.pem" "$@" 2>/dev/null
}

by_ca="-cert ca.pem -keyfile $work/ca.key"
make ca "$work/ca.key" authority $always -selfsign -keyfile "$work/ca.key"
make good key.pem here $always $by_ca
make other-host key.pem elsewhere $always $by_ca
make expired key.pem here -startdate 20200101000000Z -enddate 20200102000000Z $by_ca
make early key.pem here -startdate 21190101000000Z -enddate 21200101000000Z $by_ca
make client key.pem client $always $by_ca
make self-signed key.pem here $always -selfsign -keyfile key.pem
