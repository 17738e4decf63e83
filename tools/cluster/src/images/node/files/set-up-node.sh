# Runs once inside the container that becomes the node image; mirrors the RUN lines of kind's images/base/Dockerfile.
set -euo pipefail

find /lib/systemd/system/sysinit.target.wants/ -name systemd-tmpfiles-setup.service -delete
rm -f /lib/systemd/system/multi-user.target.wants/* /etc/systemd/system/*.wants/* \
  /lib/systemd/system/local-fs.target.wants/* /lib/systemd/system/sockets.target.wants/*udev* \
  /lib/systemd/system/sockets.target.wants/*initctl* /lib/systemd/system/basic.target.wants/*
echo ReadKMsg=no >> /etc/systemd/journald.conf
ln -sf /lib/systemd/systemd /sbin/init

# kind's unit starts containerd from where kind builds it to.
ln -sf /usr/bin/containerd /usr/local/bin/containerd
systemctl enable kubelet.service containerd.service undo-mount-hacks.service slipway-network.service
systemctl mask systemd-binfmt.service

mkdir -p /etc/kubernetes/manifests /opt/cni/bin /etc/cni/net.d
ln -sf /usr/lib/cni/* /opt/cni/bin/

ctr oci spec |
  jq '.hooks.createContainer[.hooks.createContainer | length] |= . + {"path": "/kind/bin/mount-product-files.sh"}' |
  jq 'del(.process.rlimits)' > /etc/containerd/cri-base.json

# Any other sandbox image would be pulled.
sed -i "s#sandbox_image = .*#sandbox_image = \"$PAUSE_IMAGE\"#" /etc/containerd/config.toml
# Where root lacks CAP_SYS_RESOURCE nobody may lower a score below containerd's own.
sed -i 's/restrict_oom_score_adj = false/restrict_oom_score_adj = true/' /etc/containerd/config.toml
grep -q "sandbox_image = \"$PAUSE_IMAGE\"" /etc/containerd/config.toml
grep -q 'restrict_oom_score_adj = true' /etc/containerd/config.toml

nohup containerd > /tmp/containerd.log 2>&1 &
for _ in $(seq 100); do
  if ctr version > /dev/null 2>&1; then exit 0; fi
  sleep 0.1
done
cat /tmp/containerd.log >&2
exit 1
