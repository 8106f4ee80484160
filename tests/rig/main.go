// Command rig is every Kubernetes component of the test rig in one program.
//
// The first argument names the component; the rest are its own flags. One
// program instead of eight: they share almost all their code, so it links once.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	"cnpg-rig/provisioner"
)

// kubernetes maps a component's name to its command line.
var kubernetes = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
	"kube-proxy":              proxy.NewProxyCommand,
	"kubectl":                 kubectl.NewDefaultKubectlCommand,
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: rig COMPONENT [FLAGS]")
		os.Exit(2)
	}
	component := os.Args[1]
	// The components read os.Args themselves and expect their own name first.
	os.Args = os.Args[1:]

	switch component {
	case "coredns":
		serveDNS()
	case "provision":
		provisioner.Run(os.Args[1:])
	default:
		command, known := kubernetes[component]
		if !known {
			fmt.Fprintln(os.Stderr, "rig: unknown component", component)
			os.Exit(2)
		}
		os.Exit(cli.Run(command()))
	}
}
