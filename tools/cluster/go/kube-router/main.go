// kube-router's firewall and nothing else of it. Its own main program links a BGP router and a service proxy too,
// which take a minute and a half to build and are switched off here anyway.
package main

import (
	"context"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/cloudnativelabs/kube-router/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/pkg/options"
	"github.com/cloudnativelabs/kube-router/pkg/utils"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
)

func main() {
	config, err := rest.InClusterConfig()
	if err != nil {
		klog.Fatalf("this program runs in a pod only: %v", err)
	}
	client := kubernetes.NewForConfigOrDie(config)
	awaitNodeAddress(client, os.Getenv("NODE_NAME"), net.ParseIP(os.Getenv("HOST_IP")))

	stop := make(chan struct{})
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	factory.Start(stop)
	factory.WaitForCacheSync(stop)

	var ipsets sync.Mutex
	firewall, err := netpol.NewNetworkPolicyController(
		client, options.NewKubeRouterConfig(), pods, policies, namespaces, &ipsets)
	if err != nil {
		klog.Fatalf("the firewall cannot start: %v", err)
	}
	pods.AddEventHandler(firewall.PodEventHandler)
	namespaces.AddEventHandler(firewall.NamespaceEventHandler)
	policies.AddEventHandler(firewall.NetworkPolicyEventHandler)

	// Nobody here judges the heartbeats, but the firewall waits until they are taken.
	heartbeats := make(chan *healthcheck.ControllerHeartbeat)
	go func() {
		for range heartbeats {
		}
	}()
	var running sync.WaitGroup
	running.Add(1)
	go firewall.Run(heartbeats, stop, &running)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	<-signals
	close(stop)
	running.Wait()
}

// The firewall guards the pods whose host address is the node's, and reads that one once. After a restart the node may
// have another address than the API still remembers: with the old one no pod would be guarded.
func awaitNodeAddress(client kubernetes.Interface, name string, address net.IP) {
	for ; ; time.Sleep(time.Second) {
		node, err := client.CoreV1().Nodes().Get(context.Background(), name, metav1.GetOptions{})
		if err != nil {
			klog.Infof("waiting for the API: %v", err)
			continue
		}
		known, err := utils.GetNodeIP(node)
		if err == nil && known.Equal(address) {
			return
		}
		klog.Infof("waiting until the API knows node %s by its address %s (now %s)", name, address, known)
	}
}
