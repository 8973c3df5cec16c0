#!/usr/bin/env bash
# Runs at every start of the machine: installs Docker from Debian, fetches keys and models, and lets systemd run the container.
set -euo pipefail

metadata() {
  curl -sf -H 'Metadata-Flavor: Google' "http://metadata.google.internal/computeMetadata/v1/instance/$1"
}

image=$(metadata attributes/slipway-image)
models=$(metadata attributes/slipway-models)
secret=$(metadata attributes/slipway-keys-secret)
port=$(metadata attributes/slipway-port)

command -v docker >/dev/null || {
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends docker.io jq
}

install -d -m 0755 /var/lib/slipway/models /etc/slipway
gcloud secrets versions access latest --secret "$secret" >/etc/slipway/slipway.keys.new
# The image's user.
chown 65532:65532 /etc/slipway/slipway.keys.new
chmod 0400 /etc/slipway/slipway.keys.new
mv /etc/slipway/slipway.keys.new /etc/slipway/slipway.keys

cat >/etc/slipway/slipway.yaml <<EOF
auth:
  keys-file: /etc/slipway/slipway.keys
EOF

# A token of the machine's own account; it is good for an hour, which is enough to pull.
cat >/usr/local/sbin/slipway-pull <<'EOF'
#!/usr/bin/env bash
set -euo pipefail
curl -sf -H 'Metadata-Flavor: Google' \
  http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token |
  jq -r .access_token | docker login --username oauth2accesstoken --password-stdin "https://${1%%/*}"
docker pull "$1"
EOF
chmod 0755 /usr/local/sbin/slipway-pull

cat >/etc/systemd/system/slipway.service <<EOF
[Unit]
Description=Slipway
Requires=docker.service
After=docker.service network-online.target

[Service]
ExecStartPre=-/usr/bin/docker rm --force slipway
ExecStartPre=/usr/local/sbin/slipway-pull $image
ExecStart=/usr/bin/docker run --rm --name slipway --network host --read-only --tmpfs /tmp --cap-drop ALL \\
  --security-opt no-new-privileges --volume /var/lib/slipway/models:/models:ro --volume /etc/slipway:/etc/slipway:ro \\
  --env SLIPWAY_SERVE_PORT=$port $image serve /models --config /etc/slipway/slipway.yaml
ExecStop=/usr/bin/docker stop --time 35 slipway
TimeoutStopSec=45
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
EOF

# Files are copied beside one another and renamed, so the server never reads half of one.
cat >/etc/systemd/system/slipway-models.service <<EOF
[Unit]
Description=Models of Slipway from $models

[Service]
Type=oneshot
ExecStart=/usr/bin/gcloud storage rsync --recursive --delete-unmatched-destination-objects $models /var/lib/slipway/models
EOF

cat >/etc/systemd/system/slipway-models.timer <<EOF
[Unit]
Description=Looks for models every minute

[Timer]
OnActiveSec=0
OnUnitInactiveSec=60

[Install]
WantedBy=timers.target
EOF

systemctl daemon-reload
# Where the bucket has none yet, the server starts without models, and the timer looks again.
systemctl start slipway-models.service || true
systemctl enable --now slipway-models.timer
systemctl enable slipway.service
systemctl restart slipway.service
