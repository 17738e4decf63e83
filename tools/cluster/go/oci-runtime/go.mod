module slipway.local/oci-runtime

go 1.24.0
