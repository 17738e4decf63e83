//go:build tools

// A module of its own: in one with Kubernetes its logrus collides with another spelling of the same path.
package tools

import _ "github.com/rancher/local-path-provisioner"
