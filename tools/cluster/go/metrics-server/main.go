// metrics-server as this cluster runs it. Its own main program asks for a newer or an older Kubernetes than the cluster's;
// with these settings and the versions of go/kubernetes it builds in seconds.
package main

import (
	"maps"
	"time"

	corev1 "k8s.io/api/core/v1"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	genericoptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/util/compatibility"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/util"

	"sigs.k8s.io/metrics-server/pkg/api"
	generatedopenapi "sigs.k8s.io/metrics-server/pkg/api/generated/openapi"
	"sigs.k8s.io/metrics-server/pkg/scraper/client"
	"sigs.k8s.io/metrics-server/pkg/server"
)

const (
	port             = 10250
	metricResolution = 15 * time.Second
	scrapeTimeout    = 10 * time.Second
	certificates     = "/tmp"
)

func main() {
	config, err := rest.InClusterConfig()
	if err != nil {
		klog.Fatalf("this program runs in a pod only: %v", err)
	}
	apiserver, err := apiserverConfig()
	if err != nil {
		klog.Fatalf("the API cannot be served: %v", err)
	}
	metrics, err := server.Config{
		Apiserver:        apiserver,
		Rest:             config,
		Kubelet:          kubeletConfig(config),
		MetricResolution: metricResolution,
		ScrapeTimeout:    scrapeTimeout,
	}.Complete()
	if err != nil {
		klog.Fatalf("metrics cannot be served: %v", err)
	}
	if err := metrics.RunUntil(genericapiserver.SetupSignalHandler()); err != nil {
		klog.Fatalf("%v", err)
	}
}

// The API server is the caller, so it also says who may ask what.
func apiserverConfig() (*genericapiserver.Config, error) {
	config := genericapiserver.NewConfig(api.Codecs)
	config.EffectiveVersion = compatibility.DefaultBuildEffectiveVersion()
	serving := genericoptions.NewSecureServingOptions().WithLoopback()
	serving.BindPort = port
	serving.ServerCert.CertDirectory = certificates
	if err := serving.MaybeDefaultWithSelfSignedCerts("localhost", nil, nil); err != nil {
		return nil, err
	}
	if err := serving.ApplyTo(&config.SecureServing, &config.LoopbackClientConfig); err != nil {
		return nil, err
	}
	authentication := genericoptions.NewDelegatingAuthenticationOptions()
	if err := authentication.ApplyTo(&config.Authentication, config.SecureServing, nil); err != nil {
		return nil, err
	}
	if err := genericoptions.NewDelegatingAuthorizationOptions().ApplyTo(&config.Authorization); err != nil {
		return nil, err
	}
	names := openapinamer.NewDefinitionNamer(api.Scheme)
	config.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(definitions, names)
	config.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(definitions, names)
	config.OpenAPIConfig.Info.Title = "Kubernetes metrics-server"
	config.OpenAPIV3Config.Info.Title = "Kubernetes metrics-server"
	return config, nil
}

// metrics-server names its types by their Go packages; Kubernetes asks for them by their names in OpenAPI since 1.35.
func definitions(reference common.ReferenceCallback) map[string]common.OpenAPIDefinition {
	byPackage := generatedopenapi.GetOpenAPIDefinitions(reference)
	named := maps.Clone(byPackage)
	for path, definition := range byPackage {
		named[util.ToRESTFriendlyName(path)] = definition
	}
	return named
}

// Whom the API server trusts has signed the kubelets' certificates too. Nodes by name: one may come back with another
// address, which its certificate does not hold.
func kubeletConfig(config *rest.Config) *client.KubeletClientConfig {
	return &client.KubeletClientConfig{
		Client:              *rest.CopyConfig(config),
		AddressTypePriority: []corev1.NodeAddressType{corev1.NodeHostName},
		Scheme:              "https",
		UseNodeStatusPort:   true,
	}
}
