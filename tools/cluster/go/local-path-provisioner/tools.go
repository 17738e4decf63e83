//go:build tools

// A module of its own: in one with Kubernetes its logrus collides with another spelling of the same path. What both
// use has the same version there, so that Go's cache serves this one too (test/versions.test.ts).
package tools

import _ "github.com/rancher/local-path-provisioner"
