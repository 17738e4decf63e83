// Marks the root of the module, no more. The versions of a release are in its own file: go build -modfile=1.37.mod
module slipway.local/kubernetes

go 1.26.0
